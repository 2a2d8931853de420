import { sql } from 'kysely';
import type { Job, JobKey } from '../../../core/job.ts';
import type {
  DroppedVersions,
  ErasedList,
  ErasedValue,
  ErasureRun,
  ErasureStore,
} from '../../../core/ports/database/erasures.ts';
import type { VersionOrigin } from '../../../core/versions/origin.ts';
import { atomically } from '../../connection/pipeline.ts';
import type { Connection } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';
import { toJob } from '../job-rows.ts';
import { keepBackupsOut, lock, unhurried } from '../locks.ts';
import { READY } from '../queue.ts';
import { erasureGeneration, objectsOfOnly } from './kept-versions.ts';
import type { VersionMemory } from './warehouse.ts';

const now = sql<Date>`clock_timestamp()`;

interface RunRow {
  readonly id: number;
  readonly by: string | null;
  readonly began_at: Date;
}

function toRun({ id, by, began_at }: RunRow): ErasureRun {
  return { id, by, beganAt: began_at };
}

/** With the version, the attempt that has the job loses it: every write of that one is void, and its number is not given again. */
async function restartJobs(tx: Connection, versions: readonly number[], current: number): Promise<readonly JobKey[]> {
  const { rows } = await sql<{ account_id: string; id: string }>`
    with moved as (
      update jobs set data_version = ${current}, attempt = 0, phase = 'queued', rows_written = 0, rows_total = null,
        started_at = null, updated_at = clock_timestamp()
      where status = 'submitted' and data_version = any(${versions}::bigint[])
      returning account_id, id
    ), freed as (
      update tasks set forgiven = tasks.attempt, worker_id = null, lease_until = null, due_at = clock_timestamp()
      from moved where tasks.account_id = moved.account_id and tasks.job_id = moved.id
    )
    select account_id, id from moved`.execute(tx);
  if (rows.length > 0) await sql`select pg_notify(${READY}, '')`.execute(tx);
  return rows.map(({ account_id, id }) => ({ accountId: account_id, id }));
}

export class PostgresErasures implements ErasureStore {
  readonly #connection: Connection;
  readonly #memory: VersionMemory;

  constructor(connection: Connection, memory: VersionMemory) {
    this.#connection = connection;
    this.#memory = memory;
  }

  async list(): Promise<ErasedList> {
    // In this order: a value that is listed between the two is of a generation that the commit does not know.
    const generation = await erasureGeneration(this.#connection);
    const rows = await this.#connection.selectFrom('erased_values').select(['hash', 'sieve']).execute();
    return { generation, values: rows.map(({ hash, sieve }) => ({ hash: plainBytes(hash), sieve })) };
  }

  begin(by: string, values: readonly ErasedValue[]): Promise<ErasureRun> {
    return atomically(this.#connection, async (tx) => {
      await lock(tx, 'warehouse');
      const run = await tx
        .insertInto('erasures')
        .values({ by })
        .returning(['id', 'by', 'began_at'])
        .executeTakeFirstOrThrow();
      const rows = values.map(({ hash, sieve }) => ({ hash, sieve, erasure_id: run.id }));
      if (rows.length === 0) return toRun(run);
      await tx
        .insertInto('erased_values')
        .values(rows)
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
      return toRun(run);
    });
  }

  async unfinished(): Promise<readonly ErasureRun[]> {
    const rows = await this.#connection
      .selectFrom('erasures')
      .select(['id', 'by', 'began_at'])
      .where('ended_at', 'is', null)
      .orderBy('id')
      .execute();
    return rows.map(toRun);
  }

  async end(id: number, values: readonly ErasedValue[]): Promise<void> {
    const hashes = values.map(({ hash }) => Buffer.from(hash).toString('hex'));
    await sql`
      update erasures set ended_at = clock_timestamp()
      where ended_at is null and id <= ${id} and (id = ${id} or not exists (
        select from erased_values own where own.erasure_id = erasures.id and not (encode(own.hash, 'hex') = any(${hashes}::text[]))
      ))`.execute(this.#connection);
  }

  dropVersions(run: number, versions: readonly number[]): Promise<DroppedVersions | null> {
    this.#memory.remembered = null;
    return atomically(this.#connection, async (tx) => {
      await unhurried(tx);
      await lock(tx, 'warehouse');
      if (!(await keepBackupsOut(tx))) return null;
      // Waits for jobs that are being accepted on an old version. Only the next statement sees them.
      const rows = await tx.selectFrom('data_versions').select('version').orderBy('version').forUpdate().execute();
      const current = rows.at(-1)?.version;
      await tx.updateTable('erasures').set({ versions_dropped_at: now }).where('id', '=', run).execute();
      const gone = versions.filter((version) => version !== current);
      if (current === undefined || gone.length === 0) return { keys: [], restarted: [] };
      const restarted = await restartJobs(tx, gone, current);
      const keys = await objectsOfOnly(tx, gone);
      await tx.deleteFrom('data_versions').where('version', 'in', gone).execute();
      return { keys, restarted };
    });
  }

  async withResults(limit: number, after: string | null): Promise<readonly Job[]> {
    const rows = await this.#connection
      .selectFrom('jobs')
      .selectAll()
      .where('status', '=', 'succeeded')
      .where('files_deleted_at', 'is', null)
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toJob);
  }

  async forgetResults(key: JobKey, warning: string): Promise<void> {
    await this.#jobs(key)
      .set({ files_deleted_at: now, erased_at: now, expires_at: sql`least(expires_at, clock_timestamp())` })
      .where('status', '=', 'succeeded')
      .where('erased_at', 'is', null)
      .execute();
    await this.warn(key, warning);
  }

  async warn({ accountId, id }: JobKey, warning: string): Promise<void> {
    await sql`
      update jobs set warnings = warnings || ${warning}::text, updated_at = clock_timestamp()
      where account_id = ${accountId} and id = ${id} and not (${warning} = any(warnings))`.execute(this.#connection);
  }

  async rewriteOrigin(version: number, origin: VersionOrigin): Promise<void> {
    await sql`update data_versions set origin = ${JSON.stringify(origin)}::jsonb where version = ${version}`.execute(
      this.#connection,
    );
  }

  async latestDropped(): Promise<number> {
    const { rows } = await sql<{ id: number }>`
      select coalesce(max(id), 0)::float8 as id from erasures where versions_dropped_at is not null`.execute(
      this.#connection,
    );
    return rows[0]?.id ?? 0;
  }

  #jobs({ accountId, id }: JobKey) {
    return this.#connection.updateTable('jobs').where('account_id', '=', accountId).where('id', '=', id);
  }
}
