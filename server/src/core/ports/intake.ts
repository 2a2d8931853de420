/** Customers' files as the inside sees them: values, rows and faults, never bytes of a format. */
import { ConveyanceError } from '../errors.ts';
import type { Fault } from '../faults.ts';
import type { PropertyIdListing } from '../ids/property-id-listing.ts';
import type { UuidList } from '../ids/uuid-list.ts';
import { KIB, MIB } from '../size.ts';
import type { ByteWriter } from './store.ts';

/** The largest `file` of an upload, by the job's type. */
export const UPLOAD_LIMIT_BYTES: Readonly<Record<'property-details' | 'match' | 'search', number>> = {
  'property-details': 64 * MIB,
  search: 64 * MIB,
  match: 100 * MIB,
};
/** Of every other part of the form: `metadata` names the columns of a file, which are at most 500. */
export const MAX_FIELD_BYTES = MIB;
/** Of a whole form: unknown parts, boundaries and headers come in addition to the file and the fields. */
export const MAX_FORM_BYTES = Math.max(...Object.values(UPLOAD_LIMIT_BYTES)) + 4 * MAX_FIELD_BYTES;
/** What a JSON file may hold besides its list of property ids. It is kept in memory as a value. */
export const MAX_OBJECT_BYTES = MIB;
/** A specification in Python's notation was pasted by a person, not written by a program. */
export const MAX_PYTHON_BYTES = 64 * KIB;
/** Far deeper than any of our requests. */
export const MAX_OBJECT_DEPTH = 32;
/** Lists and objects. A request of ours has a dozen; a megabyte of empty ones would take some 20 MB. */
export const MAX_OBJECT_CONTAINERS = 10_000;
/** Of all objects together. Each unknown one is compared with those that are known. */
export const MAX_OBJECT_FIELDS = 2_000;
export const MAX_UPLOADED_IDS = 1_000_000;
export const MAX_UPLOADED_ROWS = 100_000;
export const MAX_ROW_BYTES = MIB;
export const MAX_CELL_BYTES = 32 * KIB;
export const MAX_COLUMNS = 500;

/** How large a row may be, and how many cells it may have. */
export interface RowLimits {
  readonly columns: number;
  readonly bytes: number;
}
export const UPLOAD_ROW: RowLimits = { columns: MAX_COLUMNS, bytes: MAX_ROW_BYTES };
/** A row of a match has a verdict and its evidence around the customer’s. */
export const RESULT_ROW: RowLimits = { columns: MAX_COLUMNS + 20, bytes: 2 * MAX_ROW_BYTES };

/** Scratch files of uploads end so. */
export const UPLOAD_SUFFIX = '.upload';

/** A local path, or the bytes of an object as the store opens it. */
export type FileSource = string | AsyncIterable<Uint8Array>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [field: string]: JsonValue;
}

/** `invalid_parameter`: the text is not JSON at all. */
export class NotJson extends ConveyanceError {
  /** It is written in another encoding than UTF-8. */
  readonly isForeignText: boolean;

  constructor(message: string, { isForeignText = false }: { readonly isForeignText?: boolean } = {}) {
    super('invalid_parameter', message);
    this.isForeignText = isForeignText;
  }
}

/** A request's body before any of it is read. */
export interface IncomingForm {
  readonly contentType: string | undefined;
  /** Of the request, if its headers tell. */
  readonly contentLength: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Upload {
  /** Trimmed; null if the form has no such part. Not checked: the verb does that. */
  readonly jobType: string | null;
  /** The text of the part; null when the form has no such part. */
  readonly metadata: string | null;
  readonly file: {
    /** A scratch file of the store, closed: `put` seals it under a key, from which any worker can read it. */
    readonly path: string;
    readonly bytes: number;
    /** The last segment of the client's name for it; for people to read, never a path. */
    readonly filename: string | null;
    readonly contentType: string | null;
  };
  /** Removes the file unless it was sealed. Must always be called; calling it again is fine. */
  dispose(): Promise<void>;
}

/** The specification of a `property-details` job. */
export interface DetailsSpecFile {
  /** In the order of the file, repetitions kept; between 1 and a million. */
  readonly propertyIds: UuidList;
  /** Everything but `property_ids`, as in the file: the verb decides what is allowed. */
  readonly fields: JsonObject;
}

/** The body of a request for an export. */
export interface ExportBody {
  /** Null if the body has none, or something else in its place, which is then among the fields. */
  readonly propertyIds: PropertyIdListing | null;
  /** Everything but the list of `property_ids`. */
  readonly fields: JsonObject;
}

/** What may stand between two cells: many spreadsheets write semicolons where a comma is part of numbers. */
export const CSV_DELIMITERS = [',', ';', '\t'] as const;
export type CsvDelimiter = (typeof CSV_DELIMITERS)[number];

/** The format of a CSV file. A result has the format of its source. */
export interface CsvDialect {
  readonly delimiter: CsvDelimiter;
  readonly lineEnd: '\n' | '\r\n' | '\r';
  /** It begins with a byte order mark. */
  readonly bom: boolean;
}

/**
 * A row of a customer's file. None is ever dropped.
 * - `not_utf8`: some bytes are not UTF-8; `cells` are bytes
 * - `ragged`: has more or fewer cells than the header
 * - `quotes`: text beside a quoted part of a cell; that cell is as in the file, quotes included
 * - `blank`: an empty line although the header has several columns; no cells
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
  /** The column names of the first row, unchanged. */
  readonly columns: readonly string[];
  /** In order, none empty; can be read once, and is closed by leaving the loop. Throws `invalid_parameter` as `readRows` does. */
  readonly batches: AsyncIterable<readonly SourceRow[]>;
  /** For callers that leave before the loop, because of a bad header. Calling it afterwards, or again, is fine. */
  close(): Promise<void>;
}

/** A row of a result: its source row with cells around it. */
export interface ResultCells {
  readonly before: readonly string[];
  readonly source: SourceRow['cells'];
  readonly after: readonly string[];
}

export interface RowsTarget {
  /** Has taken all of them when `writeRows` resolves. */
  readonly target: ByteWriter;
  readonly dialect: CsvDialect;
  readonly before: readonly string[];
  readonly source: readonly string[];
  readonly after: readonly string[];
}

/**
 * Reads customers' uploads and writes them back. Memory is bounded whatever a file holds. Any fault in a file throws
 * `invalid_parameter` with the place and what was expected there.
 */
export interface Intake {
  /**
   * Reads a multipart form to its end and keeps its file in scratch; when it rejects, nothing is left behind. Throws
   * `file_part_missing` if it is not a form or has no usable `file`, `payload_too_large` as soon as a limit is passed,
   * `invalid_parameter` for a form that is not legal, ends early, or names a part twice, `unavailable` when the disk is full.
   */
  receiveForm(form: IncomingForm): Promise<Upload>;
  /**
   * Ids that are not UUIDs are all counted and the first 20 named; after them, what `faultsOf` finds besides the ids. A byte order mark
   * and small files in Python's notation are fine.
   */
  readDetailsSpec(file: FileSource, faultsOf?: (fields: JsonObject) => readonly Fault[]): Promise<DetailsSpecFile>;
  /**
   * Reads a body whose `property_ids` may be a million whole numbers as it arrives: a body that is half there takes no more memory than
   * what came of it. The rest is at most `MAX_OBJECT_BYTES`. Of a field that stands there twice the last one counts. Throws `NotJson`.
   */
  readExportBody(body: AsyncIterable<Uint8Array>): Promise<ExportBody>;
  /** An object of at most `MAX_OBJECT_BYTES`, in JSON or, if small, Python's notation. `name` is what messages call it. */
  readObject(file: FileSource, name: string): Promise<JsonObject>;
  /** The same for a text. */
  parseObject(text: string, name: string): Promise<JsonObject>;
  /**
   * Reads the first row immediately and no more than it takes, the others on demand. Throws for limits of rows, cells and
   * columns, and for a quote that is never closed, when it comes to them.
   *
   * @param limits of an upload when left out
   */
  readRows(file: FileSource, limits?: RowLimits): Promise<SourceRows>;
  /** Every source cell is written with its original bytes, quoted if the dialect needs it. */
  writeRows(target: RowsTarget, rows: AsyncIterable<readonly ResultCells[]>): Promise<{ readonly rows: number }>;
}
