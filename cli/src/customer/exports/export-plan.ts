/** From the options of `export` to the request and the path, before anything is sent. */

import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  type Compression,
  type Conveyance,
  type CsvProfile,
  OUTPUT_FORMATS,
  type OutputFormat,
  type ReportRequest,
  type ReportType,
} from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import { kindOf } from '../../terminal/files.ts';
import { parseEitherId, readEitherIds } from '../../terminal/property-id-list.ts';
import { STANDARD_OUTPUT } from '../../terminal/standard-streams.ts';
import type { World } from '../../terminal/world.ts';
import { numbersOf } from '../properties/either-id.ts';

/** Which properties, in which form, for whom: what every request for an export says besides its days. */
export interface RequestOptions {
  readonly report: ReportType | undefined;
  readonly ids: readonly string[];
  readonly idsFile: string | undefined;
  /** In their place. */
  readonly list: string | undefined;
  /** Names, separated by commas. */
  readonly columns: string | undefined;
  readonly csvProfile: CsvProfile | undefined;
  readonly name: string | undefined;
  readonly callbackUrl: string | undefined;
}

export interface ExportOptions extends RequestOptions {
  readonly format: OutputFormat | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly compression: Compression | undefined;
  readonly output: string | undefined;
}

/** Throws with all missing options together. */
export async function readRequest(client: Conveyance, options: ExportOptions, world: World): Promise<ReportRequest> {
  const { from, to } = options;
  const hasProperties = namesProperties(options);
  if (from === undefined || to === undefined || !hasProperties) {
    const missing = [from === undefined && '--from', to === undefined && '--to', !hasProperties && WHICH];
    throw usage(`missing: ${missing.filter(Boolean).join(', ')}; or --job to continue with an existing job`);
  }
  return {
    ...fileForm(options),
    start_date: from,
    end_date: to,
    ...(await readExport(client, options, world)),
  };
}

export function namesIds({ ids, idsFile }: Pick<RequestOptions, 'ids' | 'idsFile'>): boolean {
  return ids.length > 0 || idsFile !== undefined;
}

/** What says which properties. */
export const WHICH = '--ids, --ids-file or --list';

/** Throws if ids and a list are given. */
export function namesProperties(options: Pick<RequestOptions, 'ids' | 'idsFile' | 'list'>): boolean {
  const hasIds = namesIds(options);
  if (hasIds && options.list !== undefined) throw usage(`--list takes no ids: give one of ${WHICH}`);
  return hasIds || options.list !== undefined;
}

/** As numbers, of either kind that is given. */
export async function readIds(
  client: Conveyance,
  options: Pick<RequestOptions, 'ids' | 'idsFile'>,
  world: World,
): Promise<number[]> {
  const ids = options.ids.flatMap((list) => list.split(',')).map((word) => parseEitherId(word.trim(), '--ids'));
  if (options.idsFile !== undefined) for (const id of await readEitherIds(options.idsFile, world)) ids.push(id);
  return numbersOf(client, ids, world.interrupt);
}

/** What the request says besides its days and the format of its file. */
export async function readExport(
  client: Conveyance,
  options: RequestOptions,
  world: World,
): Promise<Omit<ReportRequest, 'start_date' | 'end_date' | 'output_format' | 'compression'>> {
  const { report = 'property', list, columns, csvProfile, name, callbackUrl } = options;
  return {
    report_type: report,
    ...(list === undefined ? { property_ids: await readIds(client, options, world) } : { property_list: list }),
    ...(columns !== undefined && { columns: columns.split(',').map((column) => column.trim()) }),
    ...(csvProfile !== undefined && { csv_profile: csvProfile }),
    ...(name !== undefined && { name }),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
  };
}

const EXTENSIONS = { none: '', gzip: '.gz', zstd: '.zst' } as const satisfies Record<Compression, string>;

/** As requested; else as the name of the output says; else uncompressed: CSV for standard output, Parquet for a file. */
function fileForm({
  format,
  compression,
  output = '',
}: ExportOptions): Pick<ReportRequest, 'output_format' | 'compression'> {
  const outer = extname(output).toLowerCase();
  const named = outer === EXTENSIONS.gzip ? 'gzip' : outer === EXTENSIONS.zstd ? 'zstd' : null;
  const extension = extname(named === null ? output : output.slice(0, -outer.length))
    .slice(1)
    .toLowerCase();
  const chosen = compression ?? named;
  return {
    output_format:
      format ?? OUTPUT_FORMATS.find((known) => known === extension) ?? (output === STANDARD_OUTPUT ? 'csv' : 'parquet'),
    ...(chosen !== null && { compression: chosen }),
  };
}

type Named = Pick<ReportRequest, 'report_type' | 'output_format' | 'start_date' | 'end_date' | 'compression'>;

/** Where the file goes: the path given, or a generated name in the directory given or the current one; null for standard output. */
export async function chooseOutput(output: string | undefined, job: Named, force: boolean): Promise<string | null> {
  if (output === STANDARD_OUTPUT) return null;
  const { compression = 'none' } = job;
  const name = `${job.report_type}_${job.start_date}_${job.end_date}.${job.output_format}${EXTENSIONS[compression]}`;
  const directory = output === undefined ? '.' : (await kindOf(output)) === 'directory' ? output : null;
  const path = directory === null ? resolve(output ?? name) : resolve(join(directory, name));
  if ((await kindOf(dirname(path))) !== 'directory') throw usage(`--output: there is no directory ${dirname(path)}`);
  if (!force && (await kindOf(path)) !== 'absent') {
    throw usage(`${path} exists already; --force replaces it, --output names another place for ${basename(path)}`);
  }
  return path;
}
