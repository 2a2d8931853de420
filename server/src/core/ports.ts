/** What the inside asks of the world. Comments are the contract; each port has a suite that every adapter passes. */
import type { Column } from './columns.ts';
import type { Database } from './database.ts';
import type { Intake } from './intake.ts';
import type { Compression, CsvProfile, OutputFormat, ReportJob } from './job.ts';
import type { ProcedureName } from './procedure.ts';
import type { ResultRow, Row } from './rows.ts';
import type { Meter, Tracer } from './telemetry.ts';
import type { WebhookAttempt } from './webhook-delivery.ts';

export type { ResultRow, Row, Value } from './rows.ts';

export type Clock = () => Date;
/** A fresh UUID. */
export type Ids = () => string;

/** One line per event. Fields named `secret`, `token`, `authorization` and the like are redacted by the adapter. */
export interface Logger {
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

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

export interface StoredObject {
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export interface SealedObject {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** Immutable objects under keys (`results/<account>/<job>/…`, `uploads/<account>/<job>`, `warehouse/<table>/…`). Keys are judged in one place; a bad one throws. */
export interface ObjectStore {
  /** A path for a file in the making, on the volume where it will be sealed. Its directory exists, the file does not. */
  scratch(name: string): Promise<string>;
  /** Removes the scratch file and whatever was made beside it under the same name. Absent is fine. */
  discard(name: string): Promise<void>;
  /** Seals a closed local file under the key: flush, measure, move, flush the directory. After it resolves the object survives a power cut. Replaces what was there. */
  put(key: string, localPath: string): Promise<SealedObject>;
  /** Streams the object or the inclusive byte range. Throws `not_found`. */
  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
  stat(key: string): Promise<StoredObject | null>;
  /** Absent is fine. */
  delete(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<{ readonly key: string } & StoredObject>;
  /** A local path from which the object can be read, fetched first where the store is elsewhere. */
  localize(key: string): Promise<string>;
  /** Free bytes where new objects go; null where the store does not know. */
  freeBytes(): Promise<number | null>;
  /** Removes scratch files whose names end so and that were not touched since then: left by processes that died. Returns how many. */
  sweepScratch(stale: { readonly olderThan: Date; readonly suffix: string }): Promise<number>;
}

/** Download links that need no credential. */
export interface LinkSigner {
  /** An absolute URL for GET and HEAD of the object until `expiresAt`. */
  sign(link: { readonly key: string; readonly filename: string; readonly expiresAt: Date }): string;
  /** The link's parts if nobody altered them and its time is not over; null otherwise. */
  verify(url: {
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
  }): { readonly key: string; readonly filename: string } | null;
}

/** Keyed hashing and randomness for credentials. */
export interface Secrets {
  /** 256 random bits in base64url. */
  generate(): string;
  hash(secret: string): Uint8Array;
  /** In constant time, also for unequal lengths. */
  equal(left: Uint8Array, right: Uint8Array): boolean;
}

/** Encryption of what must be read again, unlike a password: nobody reads it in a dump of the database. */
export interface Vault {
  /** `context` says where the text belongs, e.g. an account's id; elsewhere it cannot be opened. */
  seal(text: string, context: string): Uint8Array;
  /** Throws for bytes that were altered, or sealed under another key or context. */
  open(sealed: Uint8Array, context: string): string;
}

/** One signed message to one URL. */
export interface WebhookMessage {
  /** The same on every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly url: string;
  /** JSON text; its bytes are what is signed. Streamed where a job repeats a million ids. */
  readonly body: Iterable<string>;
  /** The account's live secrets, newest first: one signature each, so that rotation loses nothing. */
  readonly secrets: readonly string[];
}

export interface WebhookSender {
  /** Judges scheme and literal addresses, without DNS: what creation can know. Names are judged when the connection is made. */
  accepts(url: string): boolean;
  /** Never rejects for what a receiver does; only an abort rejects. */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAttempt>;
}

/** Settings that rules need; everything else about settings stays in `config.ts`. */
export interface Policy {
  readonly linkTtlSeconds: number;
  /** Of links that the batch dialect hands out. */
  readonly batchLinkTtlSeconds: number;
  readonly resultRetentionDays: number;
  readonly leaseSeconds: number;
  readonly accountConcurrency: number;
  readonly jobTimeLimitSeconds: number;
  /** How far from a point a property may be to be matched by it. */
  readonly matchRadiusMeters: number;
  /** Below this, new jobs are refused. */
  readonly minimumFreeBytes: number;
  /** Seconds before each try at a webhook, from the first. */
  readonly webhookSchedule: readonly number[];
}

/** Everything a verb can ask for. A verb names its share with `Pick<Deps, …>`. */
export interface Deps {
  readonly db: Database;
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly intake: Intake;
  readonly links: LinkSigner;
  readonly webhooks: WebhookSender;
  readonly secrets: Secrets;
  readonly vault: Vault;
  /** A job as the API shows it, as JSON text in pieces; `propertyIds` encoded. Each reading starts anew. */
  readonly renderJob: (job: ReportJob, propertyIds: Uint8Array) => Iterable<string>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly policy: Policy;
}
