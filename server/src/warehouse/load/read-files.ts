/** Files as they are found, mapped to columns, and as their lines must be read. */
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { type DecodedCopies, HEAD_BYTES } from '../formats/decode.ts';
import type { FoundFormat, GivenFormat } from '../formats/text-format.ts';
import type { FileMapping } from '../mapping/mapping.ts';
import { findFiles, type SourceFile } from '../source-files.ts';
import {
  type ColumnNames,
  checkColumnNames,
  checkNullInvalid,
  checkSameColumns,
  type MappedFile,
  mapColumns,
  type NullInvalid,
} from './column-mapping.ts';
import { type InspectedFile, inspectFile } from './inspect.ts';
import { type TracedFile, traceLines } from './line-traits.ts';

/** Which files, and what is known of them. */
export interface ReadOptions {
  /** Absolute. A directory stands for the files in it and in its direct sub-directories that are named after tables. */
  readonly paths: readonly string[];
  /** The table of every file; null: each file's name says it. */
  readonly table: string | null;
  /** Our column names to those of the files. */
  readonly columnNames: ColumnNames;
  /** Bad cells of these columns are loaded as null and counted, instead of costing their row. */
  readonly nullInvalid?: NullInvalid;
  /** How text files are written, where that is not to be found out from their first rows. */
  readonly format?: GivenFormat;
  /** Which files fill which tables, and how. In the place of `table` and `columnNames`. */
  readonly mapping?: readonly FileMapping[];
  /** By path, how those files are written that we have written: no option and no mapping knows better. */
  readonly layouts?: ReadonlyMap<string, GivenFormat>;
}

type Reading = Pick<Deps, 'engine'>;

interface ReadWatch extends Watch {
  readonly onInspecting?: (done: number, total: number) => void;
}

function entryOf({ claim }: SourceFile, { mapping }: ReadOptions): FileMapping | undefined {
  return claim === null ? undefined : mapping?.[claim];
}

/** What an operator says of this load wins over what the mapping says of all. */
function formatOf(file: SourceFile, options: ReadOptions): GivenFormat {
  return { ...entryOf(file, options)?.format, ...options.format, ...options.layouts?.get(file.path) };
}

function mapFile(file: InspectedFile, options: ReadOptions): MappedFile {
  const { columnNames, nullInvalid = [] } = options;
  const entry = entryOf(file, options);
  return mapColumns(file, { columnNames, nullInvalid, format: formatOf(file, options), ...(entry && { entry }) });
}

async function mapFiles(
  deps: Reading,
  options: ReadOptions,
  inspected: readonly InspectedFile[],
  watch: ReadWatch,
): Promise<readonly MappedFile[]> {
  try {
    checkColumnNames(inspected, options.columnNames);
    checkNullInvalid(inspected, options.nullInvalid ?? []);
    const files = inspected.map((file) => mapFile(file, options));
    checkSameColumns(files);
    return files;
  } catch (error) {
    // A column may be missing because the line that was taken for the header is not the first: that is told instead.
    for (const file of inspected) await traceLines(deps, file, watch);
    throw error;
  }
}

export async function inspectFiles(deps: Reading, options: ReadOptions, copies: DecodedCopies, watch: ReadWatch) {
  const naming = { table: options.table, ...(options.mapping && { claims: options.mapping }) };
  const found = await findFiles(deps, options.paths, naming, watch);
  const inspected: InspectedFile[] = [];
  for (const file of found.files) {
    watch.onInspecting?.(inspected.length, found.files.length);
    const format = formatOf(file, options);
    const looking = { encoding: format.encoding, limit: HEAD_BYTES };
    const readable = await copies.readable(file, looking, watch.signal);
    inspected.push(await inspectFile(deps, readable, format, watch));
  }
  return { files: await mapFiles(deps, options, inspected, watch), skipped: found.skipped };
}

/** A file whose first lines are UTF-8 may be in another encoding all the same: a name in line 40,000 tells. */
export async function traceDecoded(
  deps: Reading,
  file: MappedFile,
  options: ReadOptions,
  copies: DecodedCopies,
  watch: Watch,
): Promise<TracedFile> {
  const traced = await traceLines(deps, file, watch);
  const format = formatOf(file, options);
  if (!traced.traits.broken || format.encoding !== undefined || file.encoding !== 'utf-8') return traced;
  const looking = { encoding: undefined, limit: Number.POSITIVE_INFINITY };
  const decoded = await copies.readable(file, looking, watch.signal);
  if (decoded.encoding === 'utf-8') return traced;
  const inspected = await inspectFile(deps, decoded, format, watch);
  return traceLines(deps, mapFile(inspected, options), watch);
}

/** How a file of text was read. */
export interface FileFormatFound {
  readonly path: string;
  readonly format: FoundFormat;
}

/** Of those that are text. */
export function formatsOf(files: readonly MappedFile[]): readonly FileFormatFound[] {
  const text = files.filter(({ format }) => format === 'csv');
  return text.map(({ path, encoding, separator, quote, headerLine, forms, guesses }) => ({
    path,
    format: { encoding, separator, quote, headerLine, forms, guesses },
  }));
}
