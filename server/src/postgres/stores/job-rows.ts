/** A job to its row and back. A report job has its parameters in separate columns, a file job in one document. */
import { type Insertable, type RawBuilder, type Selectable, sql } from 'kysely';
import {
  type Asked,
  DEFAULT_FILE_OPTIONS,
  type Job,
  type JobFailure,
  type JobKey,
  type Phase,
  type ReportSpec,
} from '../../core/job.ts';
import type { Ending, NewJob } from '../../core/ports/database/jobs.ts';
import type { JobsTable } from '../tables/schema.ts';

function reportSpec(row: Selectable<JobsTable>): ReportSpec {
  const { report_type, output_format, start_date, end_date, columns, compression, csv_profile, name } = row;
  if (report_type === null || output_format === null || start_date === null || end_date === null) {
    throw new Error(`the report of job ${row.id} lacks parameters`);
  }
  return {
    reportType: report_type,
    outputFormat: output_format,
    startDate: start_date,
    endDate: end_date,
    columns,
    compression,
    csvProfile: csv_profile,
    name,
  };
}

function asked(row: Selectable<JobsTable>): Asked {
  if (row.kind === 'report') return { kind: row.kind, spec: reportSpec(row) };
  if (row.spec === null) throw new Error(`job ${row.id} lacks its parameters`);
  // Written by `toRow` under the same kind.
  return { kind: row.kind, spec: row.spec } as Asked;
}

export function toJob(row: Selectable<JobsTable>): Job {
  return {
    ...asked(row),
    accountId: row.account_id,
    id: row.id,
    credentialId: row.credential_id,
    propertyCount: row.property_count,
    callbackUrl: row.callback_url,
    status: row.status,
    progress: { phase: row.phase, rowsWritten: row.rows_written, rowsTotal: row.rows_total },
    warnings: row.warnings,
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
    dataVersion: row.data_version,
    results: row.results ?? [],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    revision: row.revision,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    ...(row.erased_at !== null && { erasedAt: row.erased_at }),
  };
}

function specColumns(job: NewJob) {
  if (job.kind !== 'report') {
    const { compression, csvProfile } = DEFAULT_FILE_OPTIONS;
    return { spec: JSON.stringify(job.spec), compression, csv_profile: csvProfile };
  }
  const { spec } = job;
  return {
    report_type: spec.reportType,
    output_format: spec.outputFormat,
    start_date: spec.startDate,
    end_date: spec.endDate,
    columns: spec.columns === null ? null : [...spec.columns],
    compression: spec.compression,
    csv_profile: spec.csvProfile,
    name: spec.name,
  };
}

/** Every value that the table does not give it. */
export function toRow(job: NewJob): Insertable<JobsTable> {
  return {
    account_id: job.accountId,
    id: job.id,
    kind: job.kind,
    ...specColumns(job),
    property_count: job.propertyCount,
    callback_url: job.callbackUrl,
    credential_id: job.credentialId,
    data_version: job.dataVersion,
    warnings: [...(job.warnings ?? [])],
  };
}

/** What an ending writes. Null leaves what is there. */
interface EndingValues {
  readonly results: string | null;
  readonly expiresAt: Date | null;
  readonly phase: Phase | null;
  readonly rows: number | null;
  readonly failure: JobFailure | null;
}

const NOTHING: EndingValues = { results: null, expiresAt: null, phase: null, rows: null, failure: null };

/** Success is 100 %. Any other ending leaves progress unchanged: what was not sealed is not done. */
export function endingValues(ending: Ending): EndingValues {
  switch (ending.outcome) {
    case 'succeeded': {
      const { results, expiresAt } = ending;
      const rows = results.reduce((sum, file) => sum + file.rows, 0);
      return { ...NOTHING, results: JSON.stringify(results), expiresAt, phase: 'done', rows };
    }
    case 'failed':
      return { ...NOTHING, failure: ending.failure };
    case 'cancelled':
      return NOTHING;
  }
}

/** Of the account's jobs, from the newest on, those behind one of them. */
export function isBehind({ accountId, id }: JobKey): RawBuilder<boolean> {
  return sql`(created_at, id) < (select created_at, id from jobs where account_id = ${accountId} and id = ${id})`;
}
