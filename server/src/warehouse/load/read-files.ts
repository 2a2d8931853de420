/** Files as they are found, mapped to columns, and as their lines must be read. */
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { type DecodedCopies, HEAD_BYTES } from '../formats/decode.ts';
import type { GivenFormat } from '../formats/text-format.ts';
import { findFiles } from '../source-files.ts';
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
}

type Reading = Pick<Deps, 'engine'>;

interface ReadWatch extends Watch {
  readonly onInspecting?: (done: number, total: number) => void;
}

function mapFile(file: InspectedFile, { columnNames, nullInvalid, format }: ReadOptions): MappedFile {
  return mapColumns(file, { columnNames, ...(nullInvalid && { nullInvalid }), ...(format && { format }) });
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
  const { format = {} } = options;
  const looking = { encoding: format.encoding, limit: HEAD_BYTES };
  const found = await findFiles(deps, options.paths, options.table, watch);
  const inspected: InspectedFile[] = [];
  for (const file of found.files) {
    watch.onInspecting?.(inspected.length, found.files.length);
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
  if (!traced.traits.broken || options.format?.encoding !== undefined || file.encoding !== 'utf-8') return traced;
  const looking = { encoding: undefined, limit: Number.POSITIVE_INFINITY };
  const decoded = await copies.readable(file, looking, watch.signal);
  if (decoded.encoding === 'utf-8') return traced;
  const inspected = await inspectFile(deps, decoded, options.format ?? {}, watch);
  return traceLines(deps, mapFile(inspected, options), watch);
}
