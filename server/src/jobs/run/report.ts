import type { Compression, OutputFormat, ReportJob, ReportSpec, ResultFile } from '../../core/job.ts';
import type { Claim } from '../../core/ports/database/queue.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { DICTIONARY_VERSION } from '../../reports/catalogue.ts';
import { compileReport } from '../../reports/compile.ts';
import { jobDataVersion, jobPropertyIds } from '../read.ts';
import { writeResults } from './result-writer.ts';

const CONTENT_TYPES: Readonly<Record<OutputFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** A compressed file has its own type; it is not text that a client would decompress by itself. */
const COMPRESSED: Readonly<Record<Exclude<Compression, 'none'>, { extension: string; contentType: string }>> = {
  gzip: { extension: '.gz', contentType: 'application/gzip' },
  zstd: { extension: '.zst', contentType: 'application/zstd' },
};

function contentTypeOf({ outputFormat, compression }: ReportSpec): string {
  return compression === 'none' ? CONTENT_TYPES[outputFormat] : COMPRESSED[compression].contentType;
}

const SHORT_ID_LENGTH = 8;

function resultFilename(spec: ReportSpec, jobId: string): string {
  const { reportType, startDate, endDate, outputFormat, compression } = spec;
  const name = `${reportType}_${startDate}_${endDate}_${jobId.slice(0, SHORT_ID_LENGTH)}.${outputFormat}`;
  return compression === 'none' ? name : name + COMPRESSED[compression].extension;
}

/** Runs the report's query into its one file. */
export async function runReport(
  deps: Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'log' | 'tracer'>,
  claim: Claim,
  job: ReportJob,
  signal: AbortSignal,
): Promise<readonly ResultFile[]> {
  const { spec } = job;
  const [version, ids] = await Promise.all([jobDataVersion(deps, job), jobPropertyIds(deps, job)]);
  const plan = compileReport(spec, version, ids);
  const metadata = {
    'conveyance.data_version': String(job.dataVersion),
    'conveyance.dictionary_version': DICTIONARY_VERSION,
    'conveyance.report_type': spec.reportType,
  };
  const { outputFormat: format, compression, csvProfile } = spec;
  const file = { filename: resultFilename(spec, job.id), contentType: contentTypeOf(spec) };
  return writeResults(deps, claim, signal, ({ writePlan }) =>
    writePlan(plan, [file], { format, compression, csvProfile, metadata }),
  );
}
