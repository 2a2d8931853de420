/** A job as the command line shows it, whether it came over HTTP or from the database. */
import type { ReportJob } from '@conveyance/sdk';
import type { Instant, Output } from '../../terminal/output.ts';
import { formatBytes, formatCount, formatTable } from '../../terminal/table.ts';

/** The part of the API's ReportJob that both sources have. */
export type JobView = Pick<
  ReportJob,
  | 'job_id'
  | 'status'
  | 'report_type'
  | 'output_format'
  | 'start_date'
  | 'end_date'
  | 'created_at'
  | 'error_code'
  | 'error_message'
  | 'expires_at'
> & {
  readonly progress: Pick<ReportJob['progress'], 'phase' | 'percent' | 'rows_written' | 'rows_total'>;
  readonly result: Pick<
    NonNullable<ReportJob['result']>,
    'rows' | 'bytes' | 'sha256' | 'filename' | 'content_type'
  > | null;
};

export function printJob(out: Output, job: JobView): void {
  const { progress, result } = job;
  const rows = [
    ['job', job.job_id],
    ['status', statusText(job)],
    ['export', `${job.report_type}, ${job.output_format}, ${job.start_date} to ${job.end_date}`],
    ['created', out.instant(job.created_at)],
  ];
  if (job.status === 'submitted' && progress.rows_total !== null) {
    rows.push(['rows', `${formatCount(progress.rows_written)} of ${formatCount(progress.rows_total)}`]);
  }
  if (job.error_message !== undefined) rows.push(['error', `${job.error_message} (${job.error_code})`]);
  if (result !== null) {
    rows.push(['file', result.filename], ['rows', formatCount(result.rows)], ['bytes', formatBytes(result.bytes)]);
    rows.push(['sha256', result.sha256], ['kept until', out.instant(job.expires_at)]);
  }
  out.data(job, formatTable(rows));
}

export function jobTable(jobs: readonly JobView[], instant: Instant): string {
  const header = ['JOB', 'STATUS', 'REPORT', 'FORMAT', 'FROM', 'TO', 'ROWS', 'CREATED'];
  const rows = jobs.map((job) => [
    job.job_id,
    statusText(job),
    job.report_type,
    job.output_format,
    job.start_date,
    job.end_date,
    job.result === null ? '-' : formatCount(job.result.rows),
    instant(job.created_at),
  ]);
  return formatTable([header, ...rows], ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'left']);
}

/** The contract's word for a job at work is `submitted`; people want to know its progress. */
export function statusText({ status, progress }: Pick<JobView, 'status' | 'progress'>): string {
  return status === 'submitted' && progress.phase !== 'queued' ? `${progress.phase} ${progress.percent} %` : status;
}
