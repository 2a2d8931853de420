import type { Claim } from '../core/database.ts';
import { ConveyanceError } from '../core/errors.ts';
import { Interruption } from '../core/interruption.ts';
import type { Compression, Job, OutputFormat, Progress, ReportSpec, ResultFile } from '../core/job.ts';
import type { Deps, EngineProgress } from '../core/ports.ts';
import { DICTIONARY_VERSION } from '../reports/catalogue.ts';
import { compileReport } from '../reports/compile.ts';
import { jobPropertyIds } from './read.ts';
import { resultKey, scratchName } from './result-key.ts';

type Running = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'tracer'>;

const CONTENT_TYPES: Readonly<Record<OutputFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** A compressed file is a file of its own kind, and not text that a client would unpack by itself. */
const COMPRESSED: Readonly<Record<Exclude<Compression, 'none'>, { extension: string; contentType: string }>> = {
  gzip: { extension: '.gz', contentType: 'application/gzip' },
  zstd: { extension: '.zst', contentType: 'application/zstd' },
};

function contentTypeOf({ outputFormat, compression }: ReportSpec): string {
  return compression === 'none' ? CONTENT_TYPES[outputFormat] : COMPRESSED[compression].contentType;
}

/** Twice a second is as often as a person can see it move; each write is a row version in the database. */
const PROGRESS_INTERVAL_MS = 500;
const SHORT_ID_LENGTH = 8;

function resultFilename(spec: ReportSpec, jobId: string): string {
  const { reportType, startDate, endDate, outputFormat, compression } = spec;
  const name = `${reportType}_${startDate}_${endDate}_${jobId.slice(0, SHORT_ID_LENGTH)}.${outputFormat}`;
  return compression === 'none' ? name : name + COMPRESSED[compression].extension;
}

/** Writes progress down, seldom and one write at a time; calls `lost` when the job is no longer this attempt's. */
function progressRecorder({ db, clock }: Pick<Deps, 'db' | 'clock'>, claim: Claim, lost: (cause: unknown) => void) {
  let writing: Promise<void> = Promise.resolve();
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastPhase: Progress['phase'] = 'queued';
  async function write(progress: Progress): Promise<void> {
    if (!(await db.jobs.recordProgress(claim.job, claim.attempt, progress))) throw new Interruption('lost');
  }
  return {
    record(progress: EngineProgress): void {
      const now = clock().getTime();
      if (progress.phase === lastPhase && now - lastAt < PROGRESS_INTERVAL_MS) return;
      lastAt = now;
      lastPhase = progress.phase;
      writing = writing.then(() => write(progress)).catch(lost);
    },
    /** Nothing may be written after the job's end: wait for what is on its way. */
    flushed: () => writing,
  };
}

/** A process that died could not clean up after itself, and its unfinished file may be large. */
async function discardEarlierAttempts(store: Deps['store'], { job, attempt }: Claim): Promise<void> {
  for (let earlier = 1; earlier < attempt; earlier++) await store.discard(scratchName(job, earlier));
}

/** Runs the query and seals its file. Resolves with the file; the job is not ended here. An abort rejects with its reason. */
export async function runReport(deps: Running, claim: Claim, job: Job, signal: AbortSignal): Promise<ResultFile> {
  const { db, engine, store, tracer } = deps;
  const version = await db.warehouse.get(job.dataVersion);
  if (version === null)
    throw new ConveyanceError('internal', `data version ${job.dataVersion} of job ${job.id} is gone`);
  const query = compileReport(job.spec, version, await jobPropertyIds(deps, job));
  const scratch = scratchName(claim.job, claim.attempt);
  const stop = new AbortController();
  const recorder = progressRecorder(deps, claim, (cause) => stop.abort(cause));
  const watch = { signal: AbortSignal.any([signal, stop.signal]), onProgress: recorder.record };
  try {
    await discardEarlierAttempts(store, claim);
    const path = await store.scratch(scratch);
    const target = {
      path,
      format: job.spec.outputFormat,
      compression: job.spec.compression,
      csvProfile: job.spec.csvProfile,
      metadata: {
        'conveyance.data_version': String(job.dataVersion),
        'conveyance.dictionary_version': DICTIONARY_VERSION,
        'conveyance.report_type': job.spec.reportType,
      },
    };
    const { rows } = await engine.write(query, target, watch);
    await recorder.flushed();
    watch.signal.throwIfAborted();
    const filename = resultFilename(job.spec, job.id);
    const key = resultKey(job, claim.attempt, filename);
    const sealed = await tracer.span({ name: 'seal' }, () => store.put(key, path));
    return { key, filename, contentType: contentTypeOf(job.spec), rows, ...sealed };
  } catch (error) {
    // What was interrupted may fail with an error of its own, late or wrapped: the reason is what counts.
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    await recorder.flushed();
    await store.discard(scratch);
  }
}
