/** The statements that every job costs, whatever it exports. */
import type { Selectable } from 'kysely';
import type { JobKey } from '../../core/job.ts';
import type { Topic } from '../../core/ports/database/events.ts';
import type { Ending, NewJob } from '../../core/ports/database/jobs.ts';
import { statement } from '../connection/statement.ts';
import type { Connection, JobsTable } from '../tables/schema.ts';
import { endingValues, toRow } from './job-rows.ts';

/** All of them: the compiler asks for a new one. */
const COLUMNS = {
  account_id: true,
  id: true,
  kind: true,
  spec: true,
  report_type: true,
  output_format: true,
  start_date: true,
  end_date: true,
  columns: true,
  compression: true,
  csv_profile: true,
  name: true,
  warnings: true,
  property_count: true,
  callback_url: true,
  credential_id: true,
  data_version: true,
  status: true,
  attempt: true,
  phase: true,
  rows_written: true,
  rows_total: true,
  failure_code: true,
  failure_message: true,
  results: true,
  created_at: true,
  updated_at: true,
  finished_at: true,
  expires_at: true,
  files_deleted_at: true,
  erased_at: true,
  started_at: true,
  revision: true,
  ended_revision: true,
} satisfies Record<keyof JobsTable, true>;

/** As a statement names them that the database keeps. */
export const JOB_COLUMNS = Object.keys(COLUMNS).join(', ');

type JobRow = Selectable<JobsTable>;

/** The columns of a new job with their types, in the order of its values. */
const NEW = {
  account_id: 'uuid',
  id: 'uuid',
  kind: 'text',
  spec: 'jsonb',
  report_type: 'text',
  output_format: 'text',
  start_date: 'date',
  end_date: 'date',
  columns: 'text[]',
  compression: 'text',
  csv_profile: 'text',
  name: 'text',
  warnings: 'text[]',
  property_count: 'integer',
  callback_url: 'text',
  credential_id: 'uuid',
} satisfies Partial<Record<keyof JobsTable, string>>;

const NAMES_OF_NEW = Object.keys(NEW) as (keyof typeof NEW)[];
const VALUES_OF_NEW = NAMES_OF_NEW.map((name, index) => `$${index + 3}::${NEW[name]}`);

/** The version is protected from `prune` until we commit: one that a job was promised stays. No row if it is gone. */
const INSERT = statement<JobRow>(
  'insert-job',
  `with promised as (select version from data_versions where version = $1 for key share),
  job as (
    insert into jobs (data_version, ${NAMES_OF_NEW.join(', ')})
    select version, ${VALUES_OF_NEW.join(', ')} from promised
    returning ${JOB_COLUMNS}
  ),
  requested as (insert into job_property_ids (account_id, job_id, property_ids) select account_id, id, $2::bytea from job)
  select ${JOB_COLUMNS} from job`,
);

export async function insertJob(connection: Connection, job: NewJob): Promise<JobRow | undefined> {
  const row = toRow(job);
  const values = NAMES_OF_NEW.map((name) => row[name] ?? null);
  const { rows } = await INSERT(connection, job.dataVersion, job.propertyIds, ...values);
  return rows[0];
}

/** By account and id. */
export const READ_JOB = statement<JobRow>(
  'read-job',
  `select ${JOB_COLUMNS} from jobs where account_id = $1 and id = $2`,
);

/** By account and id. */
export const READ_PROPERTY_IDS = statement<{ readonly property_ids: Uint8Array }>(
  'read-job-property-ids',
  'select property_ids from job_property_ids where account_id = $1 and job_id = $2',
);

interface ShownRow extends JobRow {
  readonly property_ids: Uint8Array | null;
  readonly position: number | null;
}

/** By account and id; the ids if there are at most so many. */
export const SHOW_JOB = statement<ShownRow>(
  'show-job',
  `select ${JOB_COLUMNS},
    case when property_count <= $3::int then (
      select property_ids from job_property_ids ids where ids.account_id = jobs.account_id and ids.job_id = jobs.id
    ) end as property_ids,
    case when status = 'submitted' and phase = 'queued' then (
      select (
        select count(*) from tasks earlier
        where earlier.account_id = own.account_id and earlier.worker_id is null and earlier.kind = own.kind
          and earlier.id < own.id
      ) from tasks own
      where own.account_id = jobs.account_id and own.job_id = jobs.id and own.kind = 'run-job' and own.worker_id is null
    ) end as position
  from jobs where account_id = $1 and id = $2`,
);

const FINISHED = 'job-finished' satisfies Topic;

/** The ending and its notification are committed together, even outside a transaction. */
const FINISH = statement<JobRow>(
  'finish-job',
  `with ended as (
    update jobs set status = $4, finished_at = clock_timestamp(), updated_at = clock_timestamp(), results = $5::jsonb,
      expires_at = $6, phase = coalesce($7, phase), rows_written = coalesce($8::bigint, rows_written),
      rows_total = coalesce($8::bigint, rows_total), failure_code = $9, failure_message = $10
    where account_id = $1 and id = $2 and status = 'submitted' and attempt = coalesce($3::int, attempt)
    returning ${JOB_COLUMNS}
  )
  select ${JOB_COLUMNS}, pg_notify('${FINISHED}', id::text) as notified from ended`,
);

/** Undefined if something else ended the job first. */
export async function finishJobRow(connection: Connection, key: JobKey, ending: Ending): Promise<JobRow | undefined> {
  const attempt = ending.outcome === 'cancelled' ? null : ending.attempt;
  const { results, expiresAt, phase, rows, failure } = endingValues(ending);
  const values = [ending.outcome, results, expiresAt, phase, rows, failure?.code ?? null, failure?.message ?? null];
  return (await FINISH(connection, key.accountId, key.id, attempt, ...values)).rows[0];
}

/** By account, id, attempt; phase, rows written, rows in all. */
export const RECORD_PROGRESS = statement(
  'record-progress',
  `update jobs set phase = $4, rows_written = $5, rows_total = $6, updated_at = clock_timestamp()
  where account_id = $1 and id = $2 and status = 'submitted' and attempt = $3`,
);
