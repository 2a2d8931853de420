/** An engine at work on one export, as the exporter sees it; and engines that share one: one finds the rows, another one makes their cells. */
import type { OutputFormat } from '../job.ts';
import type { TwoSteps } from '../plan/found-rows.ts';
import type { PlaceRange, Rows } from '../plan/rows.ts';
import type { EngineProgress, ExportPlan, FileForm, Origin, Sink, Watch } from './engine.ts';

/** How many rows there are at a place. */
export interface PlaceCount {
  readonly place: bigint;
  readonly rows: number;
}

/** One file of the request, counted from 0: all rows where the request does not fall into files. */
export interface FileRows {
  readonly rows: Rows;
  readonly file: number;
}

/** Rows that a part holds at most, unless one place has more. */
export interface PartSizes {
  /** Small enough that there is progress soon. */
  readonly first: number;
  /** Large enough to be worth their start. */
  readonly others: number;
}

/** What is told while a file is written. */
export interface Told {
  /** A range is written, and how many rows that were: several are under way at a time, and one may be done before another that precedes it. */
  readonly onWritten: (range: number, rows: number) => void;
  /**
   * So many more rows have come by, of ranges that are not written yet too. Where nobody can count them on their way, never; and a value with
   * line breaks may be counted as several.
   */
  readonly onCome: (rows: number) => void;
}

export interface EngineSession {
  readonly rowsPerPart: Readonly<Record<OutputFormat, PartSizes>>;
  /** Whether all that the rows at these places are read from can be at hand at once. Absent where it always can. */
  readonly fits?: (range: PlaceRange) => boolean;
  /** Once, before all else. */
  prepare(rows: Rows): Promise<void>;
  /** The places that have rows, ascending. */
  rows(file: FileRows): AsyncIterable<readonly PlaceCount[]>;
  /**
   * Writes the rows at each of the ranges, in this order, into the next one of the files.
   * All of the file is on its way when it resolves. Without any range but one that is empty, it has a header or a schema and no rows.
   */
  stream(file: FileRows, ranges: readonly PlaceRange[], form: FileForm, told: Told): Promise<void>;
}

/** Has the rows written to their sinks; resolves with the rows of each. */
export type Exporter = (
  session: EngineSession,
  order: { readonly rows: Rows; readonly files: readonly FileForm[] },
  onProgress: (progress: EngineProgress) => void,
) => Promise<readonly number[]>;

/** Rows of one file, counted from 0, at these places. */
export interface FoundPart {
  readonly file: number;
  readonly range: PlaceRange;
}

/** The rows of one plan. Its methods throw `ClusterAway` where the machines cannot be asked now, for a reason that is none of the plan's. */
export interface FoundRows extends TwoSteps {
  /**
   * Before all else: sees that all machines are there, and ends what earlier attempts at the same job have left on them. Resolves with the
   * engine's name and version.
   */
  begin(signal: AbortSignal): Promise<string>;
  /** The places that have rows, ascending. */
  counts(file: number): AsyncIterable<readonly PlaceCount[]>;
  /**
   * Writes the found columns of the rows, in their order, to a new Parquet file at the path, each under its `foundName`: days as the number of
   * days since 1970-01-01, and beside each list or struct, under `toldNullsOf` that name, what its file tells of its nulls.
   */
  fetch(part: FoundPart, path: string, signal: AbortSignal): Promise<void>;
  /** Ends what still works for it on any machine. To be called once, whatever has become of the rows. */
  close(): Promise<void>;
}

/** An engine over many machines: rows are found, joined and sorted there, and their cells are made here. */
export interface RowFinder {
  /** Null where this finder cannot find the rows exactly. Nothing is asked of any machine before the first of its methods is called. */
  find(plan: ExportPlan, origin?: Origin): FoundRows | null;
  /** Throws `ClusterAway` if a machine is not there, or does not let us do what jobs need. Waits for no machine longer than a few seconds. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface CellMaker {
  /** As `write` of the engine, of rows that were found elsewhere. Throws what `FoundRows` throw too. */
  writeFound(plan: ExportPlan, found: FoundRows, sinks: readonly Sink[], watch: Watch): Promise<readonly number[]>;
}
