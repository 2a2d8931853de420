import { type Selectable, sql } from 'kysely';
import type { Ending, JobStore, NewJob, Topic } from '../core/database.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { Job, JobKey, Progress, ReportType } from '../core/job.ts';
import { isUuid } from '../core/job-id.ts';
import { type Page, type PageRequest, pageOffset } from '../core/pages.ts';
import { plainBytes } from './bytes.ts';
import { atomically, type Connection, type JobsTable } from './schema.ts';

const now = sql<Date>`clock_timestamp()`;
/** A bound on what one look may cost, however many jobs an account has. */
const RECENT_JOBS = 200;
const FINISHED = 'job-finished' satisfies Topic;
/** A change is numbered before it is committed, and a transaction may idle for 10 s; a listener that hangs is cut off after 30 s. */
const DISORDER_US = 60_000_000;

function toJob(row: Selectable<JobsTable>): Job {
  return {
    accountId: row.account_id,
    id: row.id,
    spec: {
      reportType: row.report_type,
      outputFormat: row.output_format,
      startDate: row.start_date,
      endDate: row.end_date,
      columns: row.columns,
      compression: row.compression,
      csvProfile: row.csv_profile,
      name: row.name,
    },
    propertyCount: row.property_count,
    callbackUrl: row.callback_url,
    status: row.status,
    progress: { phase: row.phase, rowsWritten: row.rows_written, rowsTotal: row.rows_total },
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
    dataVersion: row.data_version,
    result: row.result,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    revision: row.revision,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
  };
}

/** Success is 100 %. Any other ending leaves progress where it was: what was not sealed is not done. */
function endingColumns(ending: Ending) {
  const common = { status: ending.outcome, finished_at: now, updated_at: now };
  switch (ending.outcome) {
    case 'succeeded': {
      const { result, expiresAt } = ending;
      return {
        ...common,
        result: JSON.stringify(result),
        expires_at: expiresAt,
        phase: 'done' as const,
        rows_written: result.rows,
        rows_total: result.rows,
      };
    }
    case 'failed':
      return { ...common, failure_code: ending.failure.code, failure_message: ending.failure.message };
    case 'cancelled':
      return common;
  }
}

export class PostgresJobs implements JobStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(job: NewJob): Promise<Job> {
    return atomically(this.#connection, async (tx) => {
      // Held against `prune` until we commit: a version that a job was promised stays.
      const version = await tx
        .selectFrom('data_versions')
        .select('version')
        .where('version', '=', job.dataVersion)
        .forKeyShare()
        .executeTakeFirst();
      if (version === undefined) {
        throw new ConveyanceError('unavailable', 'The data was replaced while the job was accepted; send it again', {
          retryAfterSeconds: 1,
        });
      }
      const row = await tx
        .insertInto('jobs')
        .values({
          account_id: job.accountId,
          id: job.id,
          report_type: job.spec.reportType,
          output_format: job.spec.outputFormat,
          start_date: job.spec.startDate,
          end_date: job.spec.endDate,
          columns: job.spec.columns === null ? null : [...job.spec.columns],
          compression: job.spec.compression,
          csv_profile: job.spec.csvProfile,
          name: job.spec.name,
          property_count: job.propertyCount,
          callback_url: job.callbackUrl,
          credential_id: job.credentialId,
          data_version: job.dataVersion,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('job_property_ids')
        .values({ account_id: job.accountId, job_id: job.id, property_ids: job.propertyIds })
        .execute();
      return toJob(row);
    });
  }

  #one(key: JobKey) {
    return this.#connection.selectFrom('jobs').where('account_id', '=', key.accountId).where('id', '=', key.id);
  }

  /** The job while it has not ended: every change of a job begins here. */
  #unfinished(key: JobKey) {
    return this.#connection
      .updateTable('jobs')
      .where('account_id', '=', key.accountId)
      .where('id', '=', key.id)
      .where('status', '=', 'submitted');
  }

  async get(key: JobKey): Promise<Job | null> {
    if (!isUuid(key.id)) return null;
    const row = await this.#one(key).selectAll().executeTakeFirst();
    return row === undefined ? null : toJob(row);
  }

  async list(accountId: string, request: PageRequest): Promise<Page<Job>> {
    const all = this.#connection.selectFrom('jobs').where('account_id', '=', accountId);
    const { total } = await all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await all
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(request.perPage)
      .offset(pageOffset(request))
      .execute();
    return { items: rows.map(toJob), totalCount: total, request };
  }

  async changedSince(accountId: string, revision: number | null): Promise<readonly string[]> {
    const since = revision === null ? null : revision - DISORDER_US;
    const rows = await this.#connection
      .selectFrom('jobs')
      .select('id')
      .where('account_id', '=', accountId)
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
    const row = await this.#connection
      .selectFrom('job_property_ids')
      .select('property_ids')
      .where('account_id', '=', key.accountId)
      .where('job_id', '=', key.id)
      .executeTakeFirst();
    return row === undefined ? null : plainBytes(row.property_ids);
  }

  async recordProgress(key: JobKey, attempt: number, progress: Progress): Promise<boolean> {
    const { numUpdatedRows } = await this.#unfinished(key)
      .where('attempt', '=', attempt)
      .set({
        phase: progress.phase,
        rows_written: progress.rowsWritten,
        rows_total: progress.rowsTotal,
        updated_at: now,
        started_at: sql<Date>`coalesce(started_at, ${now})`,
      })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** One statement: the ending and its notification are committed together, also outside a transaction. */
  async finish(key: JobKey, ending: Ending): Promise<Job | null> {
    if (!isUuid(key.id)) return null;
    const update = this.#unfinished(key).$if(ending.outcome !== 'cancelled', (query) =>
      query.where('attempt', '=', ending.outcome === 'cancelled' ? 0 : ending.attempt),
    );
    const row = await this.#connection
      .with('ended', () => update.set(endingColumns(ending)).returningAll())
      .selectFrom('ended')
      .selectAll()
      .select(sql<unknown>`pg_notify(${FINISHED}, ended.id::text)`.as('notified'))
      .executeTakeFirst();
    return row === undefined ? null : toJob(row);
  }

  async recentResults(accountId: string, reportType: ReportType): Promise<readonly Job[]> {
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
    return rows.map(toJob);
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
      .where('result', 'is not', null)
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
      .where(sql`result ->> 'key'`, '=', objectKey)
      .where('result', 'is not', null)
      .where('files_deleted_at', 'is', null)
      .executeTakeFirst();
    return row !== undefined;
  }
}
