/** The query engine as the inside sees it. Comments are the contract; the suite in `test/contract` checks every adapter. */
import type { Column } from '../columns.ts';
import type { Compression, CsvProfile, OutputFormat } from '../job.ts';
import type { ResultRow, Row } from '../rows.ts';
import type { ProcedureName } from './procedure.ts';

/** How long something may take and who listens meanwhile. */
export interface Watch {
  /** Aborting stops the work within tens of milliseconds, by force after five seconds; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
}

export interface EngineProgress {
  readonly phase: 'running' | 'finalizing';
  readonly rowsWritten: number;
  readonly rowsTotal: number;
}

/** Typed rows that the engine puts into a temporary table. Batches keep a million rows cheap to hand over. */
export interface InputTable {
  readonly columns: readonly Pick<Column, 'name' | 'type'>[];
  readonly batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** A stored table as a query sees it. With no files, or with files that lack a column, the rest is null. */
export interface SourceTable {
  readonly columns: readonly Pick<Column, 'name' | 'type'>[];
  /** Object keys of Parquet files. */
  readonly files: readonly string[];
}

/** SQL over named tables. Values come as named parameters (`$name`) or input tables, never in the text. */
export interface Query {
  readonly tables: Readonly<Record<string, SourceTable>>;
  readonly inputs: Readonly<Record<string, InputTable>>;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
}

/** A report that is written in parts: each part is a run of whole properties, in key order. */
export interface ExportQuery extends Omit<Query, 'sql'> {
  /** Yields (property_id, rows), by property_id: gives the total and where to cut. */
  readonly census: string;
  /** The rows of one part, in key order; refers to `$from_property_id` and `$to_property_id`, both inclusive. */
  readonly part: string;
  /** The columns that `part` yields. */
  readonly columns: readonly Column[];
}

/** An export that falls into several files. Census and part are those of one file and refer to `$file`, from 0. */
export interface FilesQuery extends ExportQuery {
  /** Statements that run once, before the first file. They make temporary tables, such as of rows that lie far from each other. */
  readonly prepare: readonly string[];
}

export interface ExportTarget {
  /** A local file that does not exist yet. It is complete and closed when `write` resolves; nothing else is left behind. */
  readonly path: string;
  readonly format: OutputFormat;
  /** Of the finished file, as one gzip member or one zstd frame: readers exist that stop after the first. `none` for Parquet. */
  readonly compression: Compression;
  /** `standard` for other formats than CSV. */
  readonly csvProfile: CsvProfile;
  /** Key-value metadata of a Parquet file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Statements in order on one private, empty instance; for the warehouse's own work. */
export interface Program {
  readonly tables: Readonly<Record<string, SourceTable>>;
  readonly inputs: Readonly<Record<string, InputTable>>;
  /** Local directories that the statements may read and write, beside the warehouse, which they may read. */
  readonly directories: readonly string[];
  readonly steps: readonly ProgramStep[];
}

export type ProgramStep = {
  readonly parameters?: Readonly<Record<string, string | number | boolean | null>>;
} & (
  | { readonly sql: string }
  | {
      readonly procedure: ProcedureName;
      /** The input whose rows it is handed: no table is made of that one. */
      readonly input?: string;
    }
);

/** The query engine, in child processes without secrets or network. Rejects with `EngineError` when a statement fails. */
export interface Engine {
  write(query: ExportQuery, target: ExportTarget, watch: Watch): Promise<{ readonly rows: number }>;
  /** Writes the files one after the other; tells its progress over all of them. Resolves with the rows of each. */
  writeFiles(
    query: FilesQuery,
    targets: readonly ExportTarget[],
    watch: Watch,
  ): Promise<readonly { readonly rows: number }[]>;
  /** For small answers. Has a child of its own: a look-up never waits for an export. */
  read(query: Query, watch: Watch): Promise<readonly ResultRow[]>;
  /** `run` for small answers, in the child of look-ups: what is asked at once never waits for a program that takes minutes. */
  ask(program: Program, watch: Watch): Promise<readonly (readonly ResultRow[])[]>;
  /** `run` for a job's own work, in a child of the exports: like them it waits for no load, and only for other jobs. */
  work(program: Program, watch: Watch): Promise<readonly (readonly ResultRow[])[]>;
  /** Resolves with each step's rows (empty for statements that yield none). */
  run(program: Program, watch: Watch): Promise<readonly (readonly ResultRow[])[]>;
}

/** How busy the engine’s child processes of one kind are, for those who watch. */
export interface ChildCounts {
  readonly busy: number;
  readonly idle: number;
  /** For a child. */
  readonly waiting: number;
  /** Children that were ended or had died since the start, for whatever reason but want of work. */
  readonly replaced: number;
}

/** The engine could not do it. `kind` says whether trying again can help. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** `statement`: refused or failed · `memory`: over its limit · `disk`: no room · `died`: the child process ended. */
  readonly kind: 'statement' | 'memory' | 'disk' | 'died';

  constructor(kind: EngineError['kind'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}
