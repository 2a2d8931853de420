/** Follows a report job, in stages: shared by `export` and `demo`. */
import type { Conveyance, ReportJob, ReportJobEvent } from '@conveyance/sdk';
import { type DownloadedExport, downloadExport } from '@conveyance/sdk/node';
import type { Stages } from '../../terminal/stages.ts';
import { formatBytes, formatCount, formatCounted } from '../../terminal/table.ts';

/** Of the longest word for the state of a job. */
const PHASE_WIDTH = 'finalizing'.length;

export interface Following {
  readonly client: Conveyance;
  readonly stages: Stages;
  readonly signal: AbortSignal;
}

export interface WaitTerms {
  readonly title: string;
  readonly timeoutMs?: number;
}

/** Waits for the job's end, with a bar that its rows fill. */
export function waitWithBar(
  { client, stages, signal }: Following,
  jobId: string,
  terms: WaitTerms,
): Promise<ReportJob> {
  return stages.run(terms.title, async (stage) => {
    const job = await client.exports.wait(jobId, {
      signal,
      ...(terms.timeoutMs === undefined ? {} : { timeoutMs: terms.timeoutMs }),
      onProgress: ({ progress }) => {
        stage.progress(progress.rows_written, progress.rows_total, progressNote(progress));
      },
    });
    stage.result(formatCounted(job.result?.rows ?? 0, 'row'));
    return job;
  });
}

function progressNote({ phase, queue_position, rows_written, rows_total, eta_seconds }: ReportJob['progress']): string {
  if (phase === 'queued')
    return queue_position === null || queue_position === 0 ? 'queued' : `queued behind ${queue_position}`;
  if (phase === 'finalizing') return 'sealing the file';
  const rows =
    rows_total === null ? 'counting rows' : `${formatCount(rows_written)} of ${formatCounted(rows_total, 'row')}`;
  return eta_seconds === null ? rows : `${rows}, about ${eta_seconds} s left`;
}

/** A change of a job as one line. */
export function eventLine({ status, progress, updated_at, error_message }: ReportJobEvent): string {
  const word = status === 'submitted' ? progress.phase : status;
  const note =
    status === 'submitted' ? progressNote(progress) : (error_message ?? formatCounted(progress.rows_written, 'row'));
  return `${updated_at}  ${word.padEnd(PHASE_WIDTH)} ${String(progress.percent).padStart(3)} %  ${note}`;
}

export interface DownloadTerms {
  readonly title: string;
  readonly path: string;
  readonly resume: boolean;
}

/** Downloads and verifies, with a bar that the bytes fill. */
export function downloadWithBar(
  { client, stages, signal }: Following,
  jobId: string,
  terms: DownloadTerms,
): Promise<DownloadedExport> {
  return stages.run(terms.title, async (stage) => {
    const { path, resume } = terms;
    const done = await downloadExport(client, jobId, path, {
      signal,
      resume,
      onProgress: ({ bytes, totalBytes }) => {
        stage.progress(bytes, totalBytes, `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`);
      },
    });
    const resumed = done.resumedBytes > 0 ? `, ${formatBytes(done.resumedBytes)} of it were there already` : '';
    stage.result(`${formatBytes(done.bytes)}${resumed}, sha256 verified`);
    return done;
  });
}
