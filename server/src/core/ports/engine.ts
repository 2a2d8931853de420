/** The query engine as the inside sees it. Comments are the contract; the suite in `test/contract` checks every adapter. */
import type { Column } from '../columns.ts';
import type { Compression, CsvProfile, OutputFormat } from '../job.ts';
import type { Question } from '../plan/question.ts';
import type { Rows } from '../plan/rows.ts';
import type { StoredFile } from '../plan/stored-file.ts';
import type { ResultRow, Row } from '../rows.ts';
import type { TimeLimit } from '../turns/time-limit.ts';
import type { ProcedureCall } from './procedure.ts';
import type { ByteWriter, SourceFile } from './store.ts';

/** Which attempt at which job it is for: other machines that work for it know it by that. */
export interface Origin {
  readonly accountId: string;
  readonly jobId: string;
  readonly attempt: number;
}

/** How long something may take and who listens meanwhile. */
export interface Watch {
  /** Aborting stops the work within tens of milliseconds, by force after five seconds; the promise then rejects with the signal's reason. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Told which engine finds the rows, with its version, if it is not this one: before the first byte, and never of another one after that. */
  readonly onFinder?: (engine: string) => void;
  /** Absent for work that is no job’s. */
  readonly origin?: Origin;
}

export interface EngineProgress {
  readonly phase: 'running' | 'finalizing';
  readonly rowsWritten: number;
  /** Null while nobody has counted them: few rows are written faster than they are counted. */
  readonly rowsTotal: number | null;
}

/** Typed rows that the engine puts into a temporary table. Batches keep a million rows cheap to hand over. */
export interface InputTable {
  readonly columns: readonly Pick<Column, 'name' | 'type'>[];
  readonly batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
}

/** A file of a table, and the properties that may have rows in it; without them, any may. */
export interface TableFile extends SourceFile {
  readonly minPropertyId?: number;
  readonly maxPropertyId?: number;
  /** Absent where nobody has counted them. */
  readonly rows?: number;
  /** It has the columns of `core/plan/told-nulls`. */
  readonly tellsNulls?: true;
}

/**
 * How files of text were written by `write`. Read back, in CSV a column of a nested type is a text, JSON, and a text of the profile for
 * spreadsheets as it stands there.
 */
export interface TextForm {
  readonly format: Exclude<OutputFormat, 'parquet'>;
  readonly compression: Compression;
}

/** A stored table as a query sees it. With no files, or with files that lack a column, the rest is null. */
export interface SourceTable {
  readonly columns: readonly Pick<Column, 'name' | 'type'>[];
  readonly files: readonly TableFile[];
  /** Absent for Parquet files. All columns of CSV are declared, in their order. */
  readonly form?: TextForm;
}

/** Values by name. They are bound where a statement says `$name` or a plan has a node `parameter`, and stand in no text. */
export type Parameters = Readonly<Record<string, string | number | boolean | null>>;

/** The tables that something is asked about. Values come as named parameters or input tables, never in a text. */
interface Sources {
  readonly tables: Readonly<Record<string, SourceTable>>;
  readonly inputs: Readonly<Record<string, InputTable>>;
  readonly parameters: Parameters;
}

/** A macro that the engine’s SQL has beside its own functions: a property’s number to the text of its UUID, as of the node `uuid5`. */
export const PROPERTY_UUID = 'property_uuid';

/** Another: a text in words of capital letters without accents, as the nodes `has-phrase` and `other-words` compare it. */
export const PLAIN_WORDS = 'plain_words';

/** Another: a text as values of erased persons are compared: without regard to case, to how its accents are encoded, and to how many blanks there are. */
export const COMPARED_TEXT = 'compared_text';

/** SQL of the engine for look-ups and loads, or a question about the rows of an export, which every engine puts in its own language. */
export type Query = Sources & ({ readonly sql: string } | { readonly question: Question });

/** What is written to one or several files. */
export interface ExportPlan extends Sources {
  readonly rows: Rows;
  /** What is declared of the columns of `rows`, in their order. */
  readonly columns: readonly Column[];
}

/** How a file is written. */
export interface FileForm {
  readonly format: OutputFormat;
  /** Of the finished file, as one gzip member or one zstd frame: readers exist that stop after the first. `none` for Parquet. */
  readonly compression: Compression;
  /** `standard` for other formats than CSV. */
  readonly csvProfile: CsvProfile;
  /** Key-value metadata of a Parquet file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What becomes of a file's bytes. */
export interface SinkTarget extends ByteWriter {
  /** The file is whole, and all its rows were counted. Not called for one that is not. */
  end(): Promise<void>;
}

/** Where a file goes, and how it is written. */
export interface Sink extends FileForm {
  readonly target: SinkTarget;
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
  readonly parameters?: Parameters;
}

interface Asking {
  readonly question: Question;
  readonly parameters?: Parameters;
}

/** Writes the file. Its answer is one row about it: `rows`, `lowest` and `highest` (property ids), `first` and `last` (days). */
interface Storing {
  readonly stored: StoredFile;
  readonly parameters?: Parameters;
}

export type ProgramStep = Statement | Asking | Storing | ProcedureCall;

/**
/**
 * Children beside those of the exports, each with the same memory: those that read for look-ups, one that loads, and one that helps a job
 * with a second program. With one for look-ups, a long one of one account would make all others wait for its end.
 */
export const CHILDREN_BESIDE_EXPORTS = { reads: 2, programs: 1, spare: 1 } as const;

/**
 * Which child processes may take a program of the server's own. `export`: those of jobs, for a job’s own work, which waits only for other
 * jobs · `load`: one of its own, for programs that take minutes.
 */
export type Lane = 'export' | 'load';

/**
 * How much is looked up for a customer who waits. `small`: in children that wait for no export and no load, of which an account has one at
 * a time · `large`: the ids of an upload, up to a million, in the child of the loads, so that they delay no small one.
 */
export type LookUpSize = 'small' | 'large';

/** Whose turn it is, and for what. */
export interface LookUpTurn {
  readonly accountId: string;
  readonly size: LookUpSize;
}

/**
 * What `run` does, for a customer: resolves with each step’s rows. The time counts from when a child begins, whatever was waited for
 * before; when it is over, rejects with `unavailable` and the words of the limit.
 */
export type Ask = (program: Program, limit: TimeLimit) => Promise<readonly (readonly ResultRow[])[]>;

/** The query engine, in child processes without secrets or network. Rejects with `EngineError` when a statement fails. */
export interface Engine {
  /**
   * Writes the plan to its sinks, of which there is at least one, one after the other; tells its progress over all of them. Bytes that a
   * target does not take hold the engine up. What a target throws ends the work and is thrown. Resolves with the rows of each.
   * Files that cannot all be at hand at once are read in turns, by ranges of properties.
   */
  write(plan: ExportPlan, sinks: readonly Sink[], watch: Watch): Promise<readonly number[]>;
  /** Resolves with each step’s rows (empty for statements that yield none). */
  run(program: Program, how: { readonly lane: Lane }, watch: Watch): Promise<readonly (readonly ResultRow[])[]>;
  /**
   * Work that a customer waits for: the only way to what is asked meanwhile, so that nobody asks outside of an account’s share. It begins
   * when it is the account’s turn; accounts take turns, however much one of them wants. Throws `rate_limited` when the account has two
   * works in progress and twenty that wait, `unavailable` when all places to wait are taken. What the work reads elsewhere belongs into it:
   * who must wait should hold nothing meanwhile.
   */
  lookUp<Result>(turn: LookUpTurn, work: (ask: Ask) => Promise<Result>): Promise<Result>;
}

/** The program that puts the query alone. */
export function programOf({ tables, inputs, parameters, ...asked }: Query): Program {
  return { tables, inputs, directories: [], steps: [{ ...asked, parameters }] };
}

/** The rows of one query, for a customer who waits. */
export async function askRows(ask: Ask, query: Query, limit: TimeLimit): Promise<readonly ResultRow[]> {
  const [rows = []] = await ask(programOf(query), limit);
  return rows;
}

/** The rows of one query of the server's own. */
export async function queryRows(
  engine: Pick<Engine, 'run'>,
  query: Query,
  watch: Watch,
): Promise<readonly ResultRow[]> {
  const [rows = []] = await engine.run(programOf(query), { lane: 'load' }, watch);
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
