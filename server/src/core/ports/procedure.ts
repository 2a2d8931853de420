/** Procedures: work on rows that SQL is no language for, done beside the data, in the engine's child process. */
import type { Column } from '../columns.ts';
import type { Row } from '../rows.ts';

/** `match-index` what is looked up in a match · `match-addresses`, `match-points` rows of a customer's file to verdicts. */
export const PROCEDURES = ['match-index', 'match-addresses', 'match-points'] as const;
export type ProcedureName = (typeof PROCEDURES)[number];

export type ProcedureParameters = Readonly<Record<string, string | number | boolean | null>>;

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

/** What it has to tell, it leaves in tables. */
export type Procedure = (session: DataSession, parameters: ProcedureParameters) => Promise<void>;
export type Procedures = Readonly<Record<ProcedureName, Procedure>>;
