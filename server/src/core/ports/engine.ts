/** The query engine as the inside sees it. Comments are the contract; the suite in `test/contract` checks every adapter. */
import type { Column } from '../columns.ts';
import type { Compression, CsvProfile, OutputFormat } from '../job.ts';
import type { ResultRow, Row } from '../rows.ts';
import type { ProcedureCall } from './procedure.ts';

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

/** What is written to one or several files, in parts: each part is a run of whole properties, in key order. */
export interface ExportPlan extends Omit<Query, 'sql'> {
  /** Statements that run once, before the first file. They make temporary tables, such as of rows that lie far from each other. */
  readonly prepare?: readonly string[];
  /** Yields (property_id, rows), by property_id: gives the total and where to cut. Like `part` it may refer to `$file`, the sink’s number from 0. */
  readonly census: string;
  /** The rows of one part, in key order; refers to `$from_property_id` and `$to_property_id`, both inclusive. */
  readonly part: string;
  /** The columns that `part` yields. */
  readonly columns: readonly Column[];
}

/** Where a file goes, and how it is written. */
export interface Sink {
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

/** Statements in order on one private, empty instance. */
export interface Program {
  readonly tables: Readonly<Record<string, SourceTable>>;
  readonly inputs: Readonly<Record<string, InputTable>>;
  /** Local directories that the statements may read and write, beside the warehouse, which they may read. */
  readonly directories: readonly string[];
  readonly steps: readonly ProgramStep[];
}

interface Statement {
  readonly sql: string;
  readonly parameters?: Query['parameters'];
}

export type ProgramStep = Statement | ProcedureCall;

/**
 * Which child processes may take a program. `export`: those of jobs, for a job’s own work, which waits only for other jobs · `look-up`: one of
 * its own, for small answers that wait for no export and no load · `load`: one of its own, for programs that take minutes.
 */
export type Lane = 'export' | 'look-up' | 'load';

/** The query engine, in child processes without secrets or network. Rejects with `EngineError` when a statement fails. */
export interface Engine {
  /**
   * Writes the plan to its sinks, of which there is at least one, one after the other; tells its progress over all of them. All are whole
   * or none is left. Resolves with the rows of each.
   */
  write(plan: ExportPlan, sinks: readonly Sink[], watch: Watch): Promise<readonly number[]>;
  /** Resolves with each step’s rows (empty for statements that yield none). */
  run(program: Program, how: { readonly lane: Lane }, watch: Watch): Promise<readonly (readonly ResultRow[])[]>;
}

/** The rows of one query, looked up. */
export async function queryRows(
  engine: Pick<Engine, 'run'>,
  { tables, inputs, sql, parameters }: Query,
  watch: Watch,
): Promise<readonly ResultRow[]> {
  const program = { tables, inputs, directories: [], steps: [{ sql, parameters }] };
  const [rows = []] = await engine.run(program, { lane: 'look-up' }, watch);
  return rows;
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
