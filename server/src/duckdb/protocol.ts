/** The messages between parent and child over IPC: plain data that structured cloning leaves unchanged. */

import { join } from 'node:path';
import type { Column } from '../core/columns.ts';
import type { Turns } from '../core/plan/files-in-turn.ts';
import type { TwoSteps } from '../core/plan/found-rows.ts';
import type { Question } from '../core/plan/question.ts';
import type { PlaceRange, Rows } from '../core/plan/rows.ts';
import type { StoredFile } from '../core/plan/stored-file.ts';
import type { EngineProgress, FileForm, Parameters, TextForm } from '../core/ports/engine.ts';
import type { EngineFailure } from '../core/ports/engine-error.ts';
import type { ProcedureCall } from '../core/ports/procedure.ts';
import type { Value } from '../core/rows.ts';

export type TableColumn = Pick<Column, 'name' | 'type'>;

/** What a child is told once, at its start. It holds no secret: it is readable in the process list. */
export interface ChildSettings {
  readonly memoryLimit: string;
  readonly threads: number;
  /** How many parts of a file are under way, at most `MOST_PARTS_AT_A_TIME`. */
  readonly partsAtATime: number;
  /** The child's own; only it writes here. */
  readonly spillDirectory: string;
  readonly maxSpillBytes: number | null;
}

/** A source table whose files are on this machine. */
export interface LocalTable {
  readonly columns: readonly TableColumn[];
  readonly paths: readonly string[];
  /** Absent for Parquet. */
  readonly form?: TextForm;
  /** Those at the paths, of an order whose files are here in turns. */
  readonly absent?: readonly AbsentFile[];
}

/** A file of a table that is not here before it is asked for. */
export interface AbsentFile {
  readonly key: string;
  readonly bytes: number;
  readonly minPropertyId?: number;
  readonly maxPropertyId?: number;
  /** Where it will be. */
  readonly path: string;
}

export interface OrderSources {
  readonly tables: Readonly<Record<string, LocalTable>>;
  readonly inputs: Readonly<Record<string, readonly TableColumn[]>>;
}

export interface WriteOrder {
  readonly kind: 'write';
  readonly sources: OrderSources;
  readonly rows: Rows;
  readonly parameters: Parameters;
  readonly files: readonly FileForm[];
  /** Not null where the tables' files cannot all be here at once: none is then before it is asked for. */
  readonly turns: Turns | null;
  /** Not null where the rows were found elsewhere: no table is here then, and the inputs are the counts of each file. */
  readonly found: TwoSteps | null;
}

export type Step = ({ readonly sql: string } | { readonly question: Question } | { readonly stored: StoredFile }) & {
  readonly parameters: Parameters;
};

export interface RunOrder {
  readonly kind: 'run';
  readonly sources: OrderSources;
  /** Directories that the statements may read and write. */
  readonly directories: readonly string[];
  readonly steps: readonly (Step | ProcedureCall)[];
}

export type Order = WriteOrder | RunOrder;

export interface OrderResult {
  /** Rows that a write order wrote to each file. */
  readonly rows: readonly number[];
  /** The rows of each step of a run order. */
  readonly answers: readonly PackedRows[];
}

/** Rows of one shape by columns: as objects, the messages of a match took three times as long. */
export interface PackedRows {
  readonly names: readonly string[];
  readonly columns: readonly (readonly Value[])[];
}

/** One column of a batch. Ids without nulls are sent as 8 bytes each; as an array they take 40. */
export type PackedColumn = BigInt64Array | readonly Value[];
export type PackedBatch = readonly PackedColumn[];

export type ToChild =
  | { readonly kind: 'start'; readonly order: Order }
  /** Answers one `next`; null after the last batch. */
  | { readonly kind: 'batch'; readonly columns: PackedBatch | null }
  /** Answers one `part`: somebody reads what comes through this pipe. */
  | { readonly kind: 'open'; readonly pipe: number }
  /** Answers one `hold` or `fetch`: what was asked for is here. */
  | { readonly kind: 'held'; readonly turn: number }
  | { readonly kind: 'interrupt' };

export interface Failure {
  readonly kind: EngineFailure;
  /** The engine's own words, which may contain paths: for the log only. */
  readonly detail: string;
}

export type FromChild =
  | { readonly kind: 'ready' }
  /** Requests the next batch of an input table: the child never gets more than it has room for. */
  | { readonly kind: 'next'; readonly table: string }
  /**
   * The next part of this file of a write order, counted from 0, is about to come through this one of the pipes. Parts are told in their
   * order. With the first one of a file, the file before is whole.
   */
  | { readonly kind: 'part'; readonly file: number; readonly pipe: number }
  /** Requests files by their keys, until `let-go`. Turns are asked for in their order, and may wait for those before them to be let go. */
  | { readonly kind: 'hold'; readonly turn: number; readonly keys: readonly string[] }
  /** Requests the rows of a part that were found elsewhere, as the file of this turn (`fetchedPath`), until `let-go`. */
  | { readonly kind: 'fetch'; readonly turn: number; readonly file: number; readonly range: PlaceRange }
  | { readonly kind: 'let-go'; readonly turn: number }
  | { readonly kind: 'progress'; readonly progress: EngineProgress }
  | { readonly kind: 'done'; readonly result: OrderResult }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * How many parts are under way at a time: one is read and sorted while the one before it is written. Alone, a part has work for less than
 * two cores.
 */
export const MOST_PARTS_AT_A_TIME = 2;

/** The child’s named pipes, in its own directory: one for each part under way. */
export interface Pipes {
  /** From the child to the parent. What is one stream comes through the first. */
  readonly out: readonly [string, ...string[]];
  /** From the engine to the child, for what is not yet as it has to be. */
  readonly through: readonly string[];
}

/** Where the engine compresses text: into a pipe it would write it as it is. */
export function framePath({ spillDirectory }: Pick<ChildSettings, 'spillDirectory'>): string {
  return join(spillDirectory, 'frame.zst');
}

export function pipesOf({ spillDirectory }: Pick<ChildSettings, 'spillDirectory'>): Pipes {
  const path = (name: string, index: number) => join(spillDirectory, `${name}.${index}.pipe`);
  const others = Array.from({ length: MOST_PARTS_AT_A_TIME - 1 }, (_, index) => path('out', index + 1));
  return {
    out: [path('out', 0), ...others],
    through: Array.from({ length: MOST_PARTS_AT_A_TIME }, (_, index) => path('through', index)),
  };
}

export function pipePaths(settings: Pick<ChildSettings, 'spillDirectory'>): readonly string[] {
  const { out, through } = pipesOf(settings);
  return [...out, ...through];
}

/** Where the parts of rows that were found elsewhere lie. */
export function fetchedDirectory({ spillDirectory }: Pick<ChildSettings, 'spillDirectory'>): string {
  return join(spillDirectory, 'fetched');
}

export function fetchedPath(settings: Pick<ChildSettings, 'spillDirectory'>, turn: number): string {
  return join(fetchedDirectory(settings), `${turn}.parquet`);
}

/** The input table with the counts of a file whose rows were found elsewhere. */
export function countsOf(file: number): string {
  return `counts ${file}`;
}
