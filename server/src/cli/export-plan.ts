/** From the options of `export` to the request and the path, before anything is sent. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { BatchJob, JobRequest } from '@conveyance/sdk';
import { OUTPUT_FORMATS, type OutputFormat, type ReportType } from '../core/job.ts';
import { kindOf } from './files.ts';
import { usage } from './options.ts';
import { parsePropertyId, readPropertyIds } from './property-id-list.ts';
import type { World } from './world.ts';

export interface ExportOptions {
  readonly report: ReportType | undefined;
  readonly format: OutputFormat | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly ids: readonly string[];
  readonly idsFile: string | undefined;
  readonly callbackUrl: string | undefined;
  readonly output: string | undefined;
}

/** Throws with every option that is missing at once. */
export async function readRequest(options: ExportOptions, world: World): Promise<JobRequest> {
  const { report = 'property', from, to, callbackUrl } = options;
  const hasIds = options.ids.length > 0 || options.idsFile !== undefined;
  if (from === undefined || to === undefined || !hasIds) {
    const missing = [from === undefined && '--from', to === undefined && '--to', !hasIds && '--ids or --ids-file'];
    throw usage(`missing: ${missing.filter(Boolean).join(', ')}; or --job to go on with a job that exists`);
  }
  const ids = options.ids.flatMap((list) => list.split(',')).map((word) => parsePropertyId(word.trim(), '--ids'));
  if (options.idsFile !== undefined) ids.push(...(await readPropertyIds(options.idsFile, world)));
  return {
    report_type: report,
    output_format: formatOf(options),
    start_date: from,
    end_date: to,
    property_ids: ids,
    ...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
  };
}

/** As asked for; else as the name of the output says; else Parquet. */
function formatOf({ format, output }: ExportOptions): OutputFormat {
  if (format !== undefined) return format;
  const extension = output === undefined ? '' : extname(output).slice(1).toLowerCase();
  return OUTPUT_FORMATS.find((known) => known === extension) ?? 'parquet';
}

type Named = Pick<BatchJob, 'report_type' | 'output_format' | 'start_date' | 'end_date'>;

/** Where the file goes: the path given, or a name of its own in the directory given or the current one. */
export async function chooseOutput(output: string | undefined, job: Named, force: boolean): Promise<string> {
  const name = `${job.report_type}_${job.start_date}_${job.end_date}.${job.output_format}`;
  const directory = output === undefined ? '.' : (await kindOf(output)) === 'directory' ? output : null;
  const path = directory === null ? resolve(output ?? name) : resolve(join(directory, name));
  if ((await kindOf(dirname(path))) !== 'directory') throw usage(`--output: there is no directory ${dirname(path)}`);
  if (!force && (await kindOf(path)) !== 'absent') {
    throw usage(`${path} exists already; --force replaces it, --output names another place for ${basename(path)}`);
  }
  return path;
}
