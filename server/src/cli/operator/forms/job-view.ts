/** A job of any kind as operators see it: whose it is, what was requested, what came out. */

import { statusText } from '@conveyance/cli/customer';
import { formatBytes, formatCount, formatCounted, formatTable, type Output } from '@conveyance/cli/terminal';
import { type Job, percentDone } from '../../../core/job.ts';
import type { OperatedJob } from '../../../core/ports/database/operator-jobs.ts';
import { jobSummary } from '../../../wire/admin/job.ts';

/** What was requested, by kind, in the words of the kind's own dialect. Of the ids, which may be a million, only the number. */
function requestOf(job: Job) {
  switch (job.kind) {
    case 'report': {
      const { reportType, outputFormat, startDate, endDate } = job.spec;
      return { report_type: reportType, output_format: outputFormat, start_date: startDate, end_date: endDate };
    }
    case 'property-details': {
      const { detailTypes, updated, filterPii, counts } = job.spec;
      return { detail_type: detailTypes, updated, filter_pii: filterPii, requested_count: counts.requested };
    }
    case 'search':
      return { settings: job.spec.settings };
    case 'match':
      return { mode: job.spec.mode, requested_count: job.spec.counts.rows };
  }
}

type OperatorJobView = ReturnType<typeof operatorView>;

export function operatorView(job: Job) {
  const { progress, results, failure } = job;
  const [first] = results;
  return {
    job_id: job.id,
    account_id: job.accountId,
    credential_id: job.credentialId,
    kind: job.kind,
    status: job.status,
    ...requestOf(job),
    summary: jobSummary(job),
    property_count: job.propertyCount,
    created_at: job.createdAt.toISOString(),
    expires_at: job.expiresAt?.toISOString() ?? null,
    error_code: failure?.code ?? null,
    ...(failure !== null && { error_message: failure.message }),
    progress: {
      phase: progress.phase,
      percent: percentDone(progress),
      rows_written: progress.rowsWritten,
      rows_total: progress.rowsTotal,
    },
    result:
      first === undefined
        ? null
        : {
            files: results.length,
            rows: results.reduce((sum, { rows }) => sum + rows, 0),
            bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
            // Of one file; several have a digest each.
            ...(results.length === 1 && {
              sha256: first.sha256,
              filename: first.filename,
              content_type: first.contentType,
            }),
          },
  };
}

/** A job, whose it is, and for one of all accounts where it runs. */
type Shown = Pick<OperatedJob, 'job' | 'accountName'> & Partial<Pick<OperatedJob, 'attempt' | 'nodeId'>>;

export function printOperatorJob(out: Output, { job: read, accountName, attempt, nodeId = null }: Shown): void {
  const job = { ...operatorView(read), account_name: accountName };
  const { progress, result } = job;
  const rows = [
    ['job', job.job_id],
    ['account', `${accountName} (${job.account_id})`],
    ['credential', job.credential_id],
    ['kind', job.kind],
    ['status', statusText(job)],
    ['request', job.summary],
    ['created', out.instant(job.created_at)],
  ];
  if (attempt !== undefined && attempt > 0)
    rows.push(['attempt', `${attempt}${nodeId === null ? '' : `, on ${nodeId}`}`]);
  if (job.status === 'submitted' && progress.rows_total !== null) {
    rows.push(['rows', `${formatCount(progress.rows_written)} of ${formatCount(progress.rows_total)}`]);
  }
  if (job.error_message !== undefined) rows.push(['error', `${job.error_message} (${job.error_code})`]);
  if (result !== null) {
    rows.push(['file', result.filename ?? formatCounted(result.files, 'file')], ['rows', formatCount(result.rows)]);
    rows.push(['bytes', formatBytes(result.bytes)]);
    if (result.sha256 !== undefined) rows.push(['sha256', result.sha256]);
    rows.push(['kept until', out.instant(job.expires_at)]);
  }
  out.data({ ...job, ...(attempt !== undefined && { attempt, node_id: nodeId }) }, formatTable(rows));
}

export function operatorJobTable(jobs: readonly OperatorJobView[], { instant }: Pick<Output, 'instant'>): string {
  const header = ['JOB', 'KIND', 'STATUS', 'REQUEST', 'ROWS', 'CREATED'];
  const rows = jobs.map((job) => [
    job.job_id,
    job.kind,
    statusText(job),
    job.summary,
    job.result === null ? '-' : formatCount(job.result.rows),
    instant(job.created_at),
  ]);
  return formatTable([header, ...rows], ['left', 'left', 'left', 'left', 'right', 'left']);
}
