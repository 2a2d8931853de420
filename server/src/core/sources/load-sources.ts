/** Data at addresses, brought to this machine before it is loaded. Comments are the contract. */
import type { SourceFacts } from '../versions/origin.ts';

/** Whose data it is, as the place at the address knows them. Never told, logged or stored but sealed. */
export interface SourceSecret {
  /** Null where the address says it. */
  readonly user: string | null;
  /** Null where none is asked for. */
  readonly secret: string | null;
}

/** What to fetch. */
export interface SourceRequest {
  /** `https://…`, `s3://bucket/key`, `postgres://user@host/database`, without a secret. */
  readonly address: string;
  /** Of a database: the rows of a statement, or of tables of its own. All are read at one moment. */
  readonly query?: string;
  readonly tables?: readonly string[];
  /**
   * Of a database: a column whose values are all there, differ, and only grow. Rows are read in its order, and after a break from the last one
   * that arrived: not at one moment then.
   */
  readonly cursor?: string;
  /** In the place of what the environment says. */
  readonly secret?: SourceSecret;
}

/** How text is written that a source has written itself. */
export interface SourceLayout {
  readonly encoding: 'utf-8';
  readonly delimiter: ',';
  readonly quote: '"';
  readonly headerLine: 1;
}

export interface FetchedFile extends SourceFacts {
  /** Absolute; its name tells the format. */
  readonly path: string;
  /** Null for a file that is as somebody else wrote it. */
  readonly layout: SourceLayout | null;
}

export interface FetchWatch {
  readonly signal: AbortSignal;
  /** Bytes that have arrived, of how many; null where that is not known. */
  readonly onBytes?: (bytes: number, total: number | null) => void;
}

export interface LoadSource {
  /** As people may read it: without a secret, and without the query of a URL, which may be one. */
  readonly address: string;
  /**
   * Writes its files into the folder, which is made: whole, or none. What breaks off goes on where it can, and else starts again from
   * nothing. Throws `load_refused` for what is refused, too large or not there, `unavailable` for what may be there later. Nothing that it
   * throws has a secret in it.
   */
  fetch(folder: string, watch: FetchWatch): Promise<readonly FetchedFile[]>;
  /**
   * The request with what the environment of this process says of it, such as who logs in, so that a process elsewhere can fetch it. Throws
   * `load_refused` where that is missing, or will soon be void.
   */
  complete(): Promise<SourceRequest>;
}

export interface LoadSources {
  /** Judges the request without asking anybody. Throws `load_refused` with what to do. */
  open(request: SourceRequest): LoadSource;
}

/** A file in the making, bounded in bytes and in what it unpacks to. One of `finish` and `abandon` must be called. */
export interface SourceWriter {
  /** How many bytes it has. */
  readonly bytes: number;
  /** The first eight of them. */
  readonly head: Uint8Array;
  /** Resolves when the next piece may come. Throws `load_refused` beyond a bound. */
  write(piece: Uint8Array): Promise<void>;
  /** @param name in the place of the one that it was begun with. Resolves with its path. */
  finish(name?: string): Promise<string>;
  abandon(): Promise<void>;
}

/** Where those who read an address put what arrives. */
export interface SourceStaging {
  readonly signal: AbortSignal;
  /** How much is to come in all. Throws `load_refused` if it is too much. */
  expect(bytes: number | null): void;
  /** Begins a file. @param name of a file, which may stand in a folder; characters that are no letter, digit, point or dash are replaced. */
  create(name: string): Promise<SourceWriter>;
}

/** One address, by somebody who speaks its protocol. */
export interface SourceReader {
  /** As people may read it. */
  readonly address: string;
  /** Throws `SourceBroke` where it is to start again from nothing, and `load_refused`. */
  read(staging: SourceStaging): Promise<readonly FetchedFile[]>;
  /** As `complete` of its source. */
  complete(): Promise<SourceRequest>;
}

/** The connection, or the server, or the state of the file went away. */
export class SourceBroke extends Error {
  override readonly name = 'SourceBroke';
  readonly retryAfterSeconds: number | null;

  constructor(
    message: string,
    { cause, retryAfterSeconds = null }: { cause?: unknown; retryAfterSeconds?: number | null } = {},
  ) {
    super(message, { cause });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether it is an address, and no path. */
export function isSourceAddress(word: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(word);
}
