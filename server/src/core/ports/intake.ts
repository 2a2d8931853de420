/** Customers' files as the inside sees them: values, rows and faults, never bytes of a format. */
import type { Fault } from '../faults.ts';
import type { UuidList } from '../ids/uuid-list.ts';
import { KIB, MIB } from '../size.ts';

/** The largest `file` of an upload, by the job's type. */
export const UPLOAD_LIMIT_BYTES: Readonly<Record<'property-details' | 'match' | 'search', number>> = {
  'property-details': 64 * MIB,
  search: 64 * MIB,
  match: 100 * MIB,
};
/** Of every other part of the form: `metadata` names the columns of a file, which are at most 500. */
export const MAX_FIELD_BYTES = MIB;
/** What a JSON file may hold beside its list of property ids. It is kept in memory as a value. */
export const MAX_OBJECT_BYTES = MIB;
/** A specification in Python's notation is one that somebody pasted, not one that a program wrote. */
export const MAX_PYTHON_BYTES = 64 * KIB;
export const MAX_OBJECT_DEPTH = 32;
export const MAX_UPLOADED_IDS = 1_000_000;
export const MAX_UPLOADED_ROWS = 100_000;
export const MAX_ROW_BYTES = MIB;
export const MAX_CELL_BYTES = 32 * KIB;
export const MAX_COLUMNS = 500;

/** Scratch files of uploads end so. */
export const UPLOAD_SUFFIX = '.upload';

/** A local path, or the bytes of an object as the store opens it. */
export type FileSource = string | AsyncIterable<Uint8Array>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: JsonValue;
}

/** A request's body before anything of it is read. */
export interface IncomingForm {
  readonly contentType: string | undefined;
  /** Of the request, where its headers tell. */
  readonly contentLength: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Upload {
  /** Without space around it; null when the form has no such part. Not judged: that is the verb's. */
  readonly jobType: string | null;
  /** The text of the part; null when the form has no such part. */
  readonly metadata: string | null;
  readonly file: {
    /** A scratch file of the store, closed: `put` seals it under a key, from which any worker can read it. */
    readonly path: string;
    readonly bytes: number;
    /** The last segment of what the client called it; for people to read, never a path. */
    readonly filename: string | null;
    readonly contentType: string | null;
  };
  /** Removes the file unless it was sealed. To be called whatever happens; again is fine. */
  dispose(): Promise<void>;
}

/** The specification of a `property-details` job. */
export interface DetailsSpecFile {
  /** In the order of the file, repetitions kept; between 1 and a million. */
  readonly propertyIds: UuidList;
  /** Everything but `property_ids`, as it stands in the file: what it may be is the verb's to say. */
  readonly fields: JsonObject;
}

/** How a CSV file writes what it says. A result is written as its source was. */
export interface CsvDialect {
  readonly delimiter: ',' | ';' | '\t';
  readonly lineEnd: '\n' | '\r\n' | '\r';
  /** It begins with a byte order mark. */
  readonly bom: boolean;
}

/**
 * A row of a customer's file. None is ever dropped.
 * - `not_utf8`: some bytes are no UTF-8; `cells` are bytes
 * - `ragged`: has more or fewer cells than the header
 * - `quotes`: text stands beside a quoted part of a cell; that cell is as it stands in the file, quotes included
 * - `blank`: an empty line where the header has several columns; no cells
 */
export type SourceRow =
  | {
      /** Where it begins, from 1: what a text editor shows. */
      readonly line: number;
      readonly fault: null | 'ragged' | 'quotes' | 'blank';
      readonly cells: readonly string[];
    }
  | { readonly line: number; readonly fault: 'not_utf8'; readonly cells: readonly Uint8Array[] };

export interface SourceRows {
  readonly dialect: CsvDialect;
  /** The column names of the first row, as they stand there. */
  readonly columns: readonly string[];
  /** In order, none empty; to be read once, and closed by leaving the loop. Throws `invalid_parameter` as `readRows` does. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  /** For whoever may leave before the loop, at a header that will not do. After it, and again, is fine. */
  close(): Promise<void>;
}

/** A row of a result: its source with cells put around. */
export interface ResultCells {
  readonly before: readonly string[];
  readonly source: SourceRow['cells'];
  readonly after: readonly string[];
}

export interface RowsTarget {
  /** A local file that does not exist yet. It is complete and closed when `writeRows` resolves. */
  readonly path: string;
  readonly dialect: CsvDialect;
  readonly before: readonly string[];
  readonly source: readonly string[];
  readonly after: readonly string[];
}

/**
 * Reads what customers upload and writes it back. Memory is bounded whatever a file holds. Whatever is wrong with a file throws
 * `invalid_parameter` with the place and what was expected there.
 */
export interface Intake {
  /**
   * Reads a multipart form to its end and keeps its file in scratch; when it rejects, nothing is left behind. Throws
   * `file_part_missing` for what is no form or has no usable `file`, `payload_too_large` as soon as a limit is passed,
   * `invalid_parameter` for a form that is not legal, ends early, or names a part twice, `unavailable` when the disk is full.
   */
  receiveForm(form: IncomingForm): Promise<Upload>;
  /**
   * Ids that are no UUIDs are all counted and the first 20 named; behind them, what `faultsOf` finds beside the ids. A byte order mark
   * and small files in Python's notation are fine.
   */
  readDetailsSpec(file: FileSource, faultsOf?: (fields: JsonObject) => readonly Fault[]): Promise<DetailsSpecFile>;
  /** An object of at most `MAX_OBJECT_BYTES`, in JSON or, if small, Python's notation. `name` is how messages call it. */
  readObject(file: FileSource, name: string): Promise<JsonObject>;
  /** The same for a text. */
  parseObject(text: string, name: string): Promise<JsonObject>;
  /**
   * Reads the first row at once and no more than it takes, the others as they are asked for. Throws for limits of rows, cells and
   * columns, and for a quote that is never closed, when it comes to them.
   */
  readRows(file: FileSource): Promise<SourceRows>;
  /** Every source cell is written with the bytes that it came with, quoted where the dialect needs it. */
  writeRows(target: RowsTarget, rows: AsyncIterable<readonly ResultCells[]>): Promise<{ readonly rows: number }>;
}
