/** A job of either kind as a row of the list. */
import type { FileJob, ReportJob } from '@conveyance/sdk';
import { FILE_JOB_NAMES, type Shown, shownFileStatus, shownStatus } from '../../parts/status.tsx';
import { formatBytes, formatNumber } from '../../text/format.ts';

export interface Row {
  readonly id: string;
  readonly what: string;
  readonly range: string;
  readonly status: Shown;
  readonly percent: number | null;
  readonly note: string;
  readonly createdAt: string;
  readonly href: string;
  /** What can be done with it from the list. */
  readonly action: 'cancel' | 'download' | null;
  /** As its file is called; empty where there is none. */
  readonly filename: string;
  /** What a filter looks through. */
  readonly words: string;
}

function noteOf(job: ReportJob): string {
  const { status, progress, result } = job;
  if (status === 'succeeded' && result) return `${formatBytes(result.bytes)} · ${formatNumber(result.rows)} rows`;
  if (status === 'failed') return job.error_message ?? 'Failed';
  if (status === 'cancelled') return '';
  if (progress.phase === 'queued') return progress.queue_position === 0 ? 'Next in the queue' : 'In the queue';
  const of = progress.rows_total === null ? '' : ` / ${formatNumber(progress.rows_total)}`;
  return `${formatNumber(progress.rows_written)}${of} rows`;
}

function withWords(row: Omit<Row, 'words'>): Row {
  return { ...row, words: `${row.id} ${row.what} ${row.range} ${row.note}`.toLowerCase() };
}

function actionOf({ status, result, expires_at: end }: ReportJob): Row['action'] {
  if (status === 'submitted') return 'cancel';
  return result !== null && (end === null || Date.parse(end) > Date.now()) ? 'download' : null;
}

function reportRow(job: ReportJob): Row {
  const title = `${job.report_type} · ${job.output_format}`;
  return withWords({
    id: job.job_id,
    what: job.name ? `${job.name} (${title})` : title,
    range: `${job.start_date} → ${job.end_date}`,
    status: shownStatus(job),
    percent: job.status === 'submitted' ? job.progress.percent : null,
    note: noteOf(job),
    createdAt: job.created_at,
    href: `/jobs/${job.job_id}`,
    action: actionOf(job),
    filename: job.result?.filename ?? '',
  });
}

function fileRow(job: FileJob): Row {
  const status = shownFileStatus(job);
  return withWords({
    id: job.id,
    what: FILE_JOB_NAMES[job.job_type],
    range: job.filename ?? '',
    status,
    percent: status === 'running' ? job.progress : null,
    note: job.message ?? '',
    createdAt: job.created,
    href: `/files/${job.id}`,
    action: null,
    filename: '',
  });
}

/** A job that has not changed has the row that it had: what shows it is not drawn anew because of another. */
function remembered<Job extends object>(rowOf: (job: Job) => Row): (job: Job) => Row {
  const rows = new WeakMap<Job, Row>();
  return (job) => {
    const known = rows.get(job) ?? rowOf(job);
    rows.set(job, known);
    return known;
  };
}

const rowOfReport = remembered(reportRow);
const rowOfFileJob = remembered(fileRow);

/** Newest first. */
export function rowsOf(reports: readonly ReportJob[], fileJobs: readonly FileJob[]): readonly Row[] {
  const rows = [...reports.map(rowOfReport), ...fileJobs.map(rowOfFileJob)];
  return rows.toSorted((left, right) => (left.createdAt < right.createdAt ? 1 : -1));
}

export function isUnderWay({ status }: Row): boolean {
  return status === 'running' || status === 'queued';
}

export const FILTERS = ['all', 'running', 'succeeded', 'failed'] as const;

/** @param words in lower case. */
export function isShown(row: Row, filter: string, words: string): boolean {
  const { status } = row;
  const isOfStatus =
    filter === 'all' ||
    status === filter ||
    (filter === 'running' && status === 'queued') ||
    (filter === 'failed' && status === 'cancelled');
  return isOfStatus && row.words.includes(words);
}
