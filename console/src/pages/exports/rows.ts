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
  /** Its report, or what kind of file job it is. */
  readonly kind: string;
  /** What can be done with it from the list. */
  readonly action: 'cancel' | 'download' | 'duplicate' | null;
  /** As its file is called; empty where there is none. */
  readonly filename: string;
  /** What a filter looks through. */
  readonly words: string;
}

function isGone({ expires_at: end }: ReportJob): boolean {
  return end !== null && Date.parse(end) <= Date.now();
}

function placeInQueue(position: number | null): string {
  if (position === null) return 'In the queue';
  return position === 0 ? 'Next in the queue' : `${formatNumber(position)} before it in the queue`;
}

function noteOf(job: ReportJob): string {
  const { status, progress, result } = job;
  if (status === 'succeeded' && result) {
    const size = `${formatBytes(result.bytes)} · ${formatNumber(result.rows)} rows`;
    return isGone(job) ? `${size}, deleted` : size;
  }
  if (status === 'failed') return job.error_message ?? 'Failed';
  if (status === 'cancelled') return '';
  if (progress.phase === 'queued') return placeInQueue(progress.queue_position ?? null);
  const of = progress.rows_total === null ? '' : ` / ${formatNumber(progress.rows_total)}`;
  return `${formatNumber(progress.rows_written)}${of} rows`;
}

function withWords(row: Omit<Row, 'words'>): Row {
  return { ...row, words: `${row.id} ${row.what} ${row.range} ${row.note}`.toLowerCase() };
}

function actionOf(job: ReportJob): Row['action'] {
  if (job.status === 'submitted') return 'cancel';
  return job.result !== null && !isGone(job) ? 'download' : 'duplicate';
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
    kind: job.report_type,
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
    kind: job.job_type,
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

export const STATUSES = ['all', 'running', 'succeeded', 'failed'] as const;

export interface Filter {
  readonly status: string;
  /** Words, each of which has to be somewhere. */
  readonly text: string;
  /** A report, a kind of file job, or `all`. */
  readonly kind: string;
  /** Days (UTC) on which it was made, both included; empty for no bound. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: Filter = { status: 'all', text: '', kind: 'all', from: '', to: '' };

export function isFileKind(kind: string): boolean {
  return Object.hasOwn(FILE_JOB_NAMES, kind);
}

export function isShown(row: Row, { status: wanted, text, kind, from, to }: Filter): boolean {
  const { status } = row;
  const isOfStatus =
    wanted === 'all' ||
    status === wanted ||
    (wanted === 'running' && status === 'queued') ||
    (wanted === 'failed' && status === 'cancelled');
  const day = row.createdAt.slice(0, 10);
  const isOfDays = (from === '' || day >= from) && (to === '' || day <= to);
  const words = text.toLowerCase().split(/\s+/);
  return (
    isOfStatus && isOfDays && (kind === 'all' || kind === row.kind) && words.every((word) => row.words.includes(word))
  );
}
