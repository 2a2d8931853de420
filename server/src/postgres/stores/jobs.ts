import { type SelectQueryBuilder, sql } from 'kysely';
import { DataReplaced } from '../../core/data-replaced.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import {
  type FileJob,
  isFileJob,
  isReport,
  type Job,
  type JobKey,
  type JobKind,
  type Progress,
  type ReportJob,
  type ReportType,
} from '../../core/job.ts';
import { type Page, type PageRequest, pageOffset } from '../../core/pages.ts';
import type { EndedJobs } from '../../core/ports/database/backlog.ts';
import type {
  DayUsage,
  Ending,
  FileJobListRequest,
  JobFilter,
  JobOwner,
  JobStore,
  NewJob,
  ShownJob,
} from '../../core/ports/database/jobs.ts';
import { JobInProgress } from '../../core/turns/job-in-progress.ts';
import { hasCode } from '../connection/error-codes.ts';
import type { Connection, Schema } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';
import { meets } from './job-filter.ts';
import { isBehind, toJob } from './job-rows.ts';
import { finishJobRow, insertJob, READ_JOB, READ_PROPERTY_IDS, RECORD_PROGRESS, SHOW_JOB } from './job-statements.ts';
import { usageByDay } from './job-usage.ts';

const now = sql<Date>`clock_timestamp()`;
/** Bounds what one look costs, however many jobs an account has. */
const RECENT_JOBS = 200;
/** A change is numbered before it is committed, and a transaction may idle for 10 s; a listener that hangs is cut off after 30 s. */
const DISORDER_US = 60_000_000;

const ONE_UNFINISHED = 'jobs_one_unfinished_batch';

/** The index decides: of any number of simultaneous creates exactly one succeeds. */
function refuseSecondFileJob(error: unknown): never {
  if (
    hasCode(error, '23505') &&
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === ONE_UNFINISHED
  ) {
    throw new JobInProgress(null, error);
  }
  throw error;
}

export class PostgresJobs implements JobStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(job: NewJob): Promise<Job> {
    const row = await insertJob(this.#connection, job).catch(refuseSecondFileJob);
    if (row === undefined) throw new DataReplaced();
    return toJob(row);
  }

  #one(key: JobKey) {
    return this.#connection.selectFrom('jobs').where('account_id', '=', key.accountId).where('id', '=', key.id);
  }

  async get(key: JobKey): Promise<Job | null> {
    if (!isUuid(key.id)) return null;
    const [row] = (await READ_JOB(this.#connection, key.accountId, key.id)).rows;
    return row === undefined ? null : toJob(row);
  }

  async show(key: JobKey, mostIds: number): Promise<ShownJob | null> {
    if (!isUuid(key.id)) return null;
    const [row] = (await SHOW_JOB(this.#connection, key.accountId, key.id, mostIds)).rows;
    if (row === undefined) return null;
    const { property_ids: ids, position } = row;
    return { job: toJob(row), propertyIds: ids && plainBytes(ids), queuePosition: position };
  }

  /** All that exist for the owner: the one rule of which those are. */
  #visibleTo({ accountId, credentialId }: JobOwner) {
    return this.#connection
      .selectFrom('jobs')
      .where('account_id', '=', accountId)
      .where((eb) =>
        // An operator is no credential, and has no file jobs of its own.
        isUuid(credentialId)
          ? eb.or([eb('kind', '=', 'report'), eb('credential_id', '=', credentialId)])
          : eb('kind', '=', 'report'),
      );
  }

  async visibleTo(owner: JobOwner, id: string): Promise<Job | null> {
    if (!isUuid(id)) return null;
    const row = await this.#visibleTo(owner).where('id', '=', id).selectAll().executeTakeFirst();
    return row === undefined ? null : toJob(row);
  }

  /** Some of the jobs, newest first, and how many there are. */
  async #newest(all: SelectQueryBuilder<Schema, 'jobs', object>, limit: number, offset: number) {
    const { count } = await all.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    const rows = await all
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return { jobs: rows.map(toJob), count };
  }

  async list(accountId: string, request: PageRequest, filter: JobFilter = {}): Promise<Page<ReportJob>> {
    const all = this.#connection
      .selectFrom('jobs')
      .where('account_id', '=', accountId)
      .where('kind', '=', 'report')
      .where(meets(filter));
    const { jobs, count } = await this.#newest(all, request.perPage, pageOffset(request));
    return { items: jobs.filter(isReport), totalCount: count, request };
  }

  usageByDay(accountId: string, since: Date, most: number): Promise<readonly DayUsage[]> {
    return usageByDay(this.#connection, accountId, since, most);
  }

  async listAll(accountId: string, request: PageRequest): Promise<Page<Job>> {
    const all = this.#connection.selectFrom('jobs').where('account_id', '=', accountId);
    const { jobs, count } = await this.#newest(all, request.perPage, pageOffset(request));
    return { items: jobs, totalCount: count, request };
  }

  #fileJobsOf({ accountId, credentialId }: JobOwner) {
    return this.#connection
      .selectFrom('jobs')
      .where('account_id', '=', accountId)
      .where('credential_id', '=', credentialId)
      .where('kind', '<>', 'report');
  }

  async listFileJobs({
    limit,
    offset,
    ...key
  }: FileJobListRequest): Promise<{ items: readonly FileJob[]; count: number }> {
    const { jobs, count } = await this.#newest(this.#fileJobsOf(key), limit, offset);
    return { items: jobs.filter(isFileJob), count };
  }

  async unfinishedFileJob(owner: JobOwner): Promise<string | null> {
    const row = await this.#fileJobsOf(owner).select('id').where('status', '=', 'submitted').executeTakeFirst();
    return row?.id ?? null;
  }

  async withFiles(owner: JobOwner, kind: JobKind, limit: number, after?: string | null): Promise<readonly Job[]> {
    const rows = await this.#visibleTo(owner)
      .selectAll()
      .where('kind', '=', kind)
      .where('status', '=', 'succeeded')
      .where('expires_at', '>', now)
      .where('files_deleted_at', 'is', null)
      .$if(isUuid(after ?? ''), (query) => query.where(isBehind({ accountId: owner.accountId, id: after ?? '' })))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(toJob);
  }

  async changedSince(accountId: string, revision: number | null): Promise<readonly string[]> {
    const since = revision === null ? null : revision - DISORDER_US;
    const rows = await this.#connection
      .selectFrom('jobs')
      .select('id')
      .where('account_id', '=', accountId)
      .where('kind', '=', 'report')
      .where((eb) =>
        since === null
          ? eb('ended_revision', 'is', null)
          : eb.or([
              eb('ended_revision', '>', since),
              eb.and([eb('ended_revision', 'is', null), eb('revision', '>', since)]),
            ]),
      )
      .orderBy('ended_revision')
      .orderBy('revision')
      .execute();
    return rows.map(({ id }) => id);
  }

  async propertyIds(key: JobKey): Promise<Uint8Array | null> {
    if (!isUuid(key.id)) return null;
    const [row] = (await READ_PROPERTY_IDS(this.#connection, key.accountId, key.id)).rows;
    return row === undefined ? null : plainBytes(row.property_ids);
  }

  async recordProgress(key: JobKey, attempt: number, progress: Progress): Promise<boolean> {
    const { phase, rowsWritten, rowsTotal } = progress;
    const values = [key.accountId, key.id, attempt, phase, rowsWritten, rowsTotal];
    return (await RECORD_PROGRESS(this.#connection, ...values)).changed > 0;
  }

  async finish(key: JobKey, ending: Ending): Promise<Job | null> {
    if (!isUuid(key.id)) return null;
    const row = await finishJobRow(this.#connection, key, ending);
    return row === undefined ? null : toJob(row);
  }

  async recentResults(accountId: string, reportType: ReportType): Promise<readonly ReportJob[]> {
    const rows = await this.#connection
      .selectFrom((eb) =>
        eb
          .selectFrom('jobs')
          .selectAll()
          .where('account_id', '=', accountId)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(RECENT_JOBS)
          .as('newest'),
      )
      .selectAll()
      .where('report_type', '=', reportType)
      .where('status', '=', 'succeeded')
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toJob).filter(isReport);
  }

  async expired(at: Date, limit: number): Promise<readonly Job[]> {
    const rows = await this.#connection
      .selectFrom('jobs')
      .selectAll()
      .where('expires_at', '<=', at)
      .where('files_deleted_at', 'is', null)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return rows.map(toJob);
  }

  async forgetFiles(key: JobKey): Promise<void> {
    await this.#connection
      .updateTable('jobs')
      .set({ files_deleted_at: now })
      .where('account_id', '=', key.accountId)
      .where('id', '=', key.id)
      .where('status', '=', 'succeeded')
      .where('files_deleted_at', 'is', null)
      .execute();
  }

  async filesForgotten(key: JobKey): Promise<boolean> {
    const row = await this.#one(key).select('files_deleted_at').executeTakeFirst();
    return (row?.files_deleted_at ?? null) !== null;
  }

  async isResultKey(objectKey: string): Promise<boolean> {
    const row = await this.#connection
      .selectFrom('jobs')
      .select('id')
      .where(sql<boolean>`results @> ${JSON.stringify([{ key: objectKey }])}::jsonb`)
      .where('files_deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }

  async ended(seconds: number): Promise<EndedJobs> {
    const { rows } = await sql<EndedJobs>`
      select count(*) filter (where status = 'succeeded')::float8 as succeeded,
        count(*) filter (where status = 'failed')::float8 as failed,
        count(*) filter (where status = 'cancelled')::float8 as cancelled,
        coalesce(sum(rows_written) filter (where status = 'succeeded'), 0)::float8 as rows
      from jobs where finished_at > clock_timestamp() - make_interval(secs => ${seconds})`.execute(this.#connection);
    return rows[0] ?? { succeeded: 0, failed: 0, cancelled: 0, rows: 0 };
  }
}
