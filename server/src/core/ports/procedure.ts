/** Procedures: work on rows that SQL cannot express, done beside the data, in the engine's child process. */
import type { Column } from '../columns.ts';
import type { Row } from '../rows.ts';

/** How rows of a customer's file are looked up. */
export interface MatchParameters {
  /** Properties that are not in table `granted` (property_id) do not exist for it. */
  readonly grantedOnly: boolean;
  /** Verdicts come with their evidence. */
  readonly explain: boolean;
}

interface PointParameters extends MatchParameters {
  readonly radiusMeters: number;
}

/** Every procedure by name, with its parameters: plain values, because they come from another process. */
export interface ProcedureParameters {
  /** What is looked up in a match, out of tables `properties` and `property_addresses`. */
  readonly 'match-index': Readonly<Record<never, never>>;
  /** Rows (address, city, state, zip) to table `verdicts`. */
  readonly 'match-addresses': MatchParameters;
  /** Rows (latitude, longitude), both as text, to table `verdicts`. */
  readonly 'match-points': PointParameters;
}
export type ProcedureName = keyof ProcedureParameters;

/** A step of a program that calls one of them. */
export type ProcedureCall<Name extends ProcedureName = ProcedureName> = {
  readonly [Each in Name]: {
    readonly procedure: Each;
    readonly parameters: ProcedureParameters[Each];
    /** The input whose rows it is given: no table is made of that one. */
    readonly input?: string;
  };
}[Name];

/** A table in the making. */
export interface TableWriter {
  /** Values in the order of the declared columns. */
  append(rows: readonly Row[]): void;
  /** Its rows can be read from here on. */
  close(): void;
}

/** What a procedure may do: statements on the private instance of its program. Rejects when the program is cancelled. */
export interface DataSession {
  execute(sql: string): Promise<void>;
  /** The rows of a query, a few thousand at a time, as plain values; other calls may come between two of them. */
  read(sql: string): AsyncIterable<readonly Row[]>;
  /** The rows of the step's input, as they come. */
  input(): AsyncIterable<readonly Row[]>;
  /** Replaces a table of that name. */
  createTable(name: string, columns: readonly Pick<Column, 'name' | 'type'>[]): Promise<TableWriter>;
}

/** It leaves its results in tables. */
export type Procedure<Name extends ProcedureName> = (
  session: DataSession,
  parameters: ProcedureParameters[Name],
) => Promise<void>;
export type Procedures = { readonly [Name in ProcedureName]: Procedure<Name> };
