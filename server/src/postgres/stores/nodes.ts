import { sql } from 'kysely';
import type { NodeStore } from '../../core/ports/database/nodes.ts';
import { MAX_HOST_LENGTH, type Node, type NodeRun, type NodeSight } from '../../core/ports/database/nodes.ts';
import type { Connection } from '../tables/schema.ts';

interface SightRow extends Omit<Node, 'masterKeyIds'> {
  readonly master_key_ids: readonly string[];
  readonly started_at: Date;
  readonly heard_at: Date;
  readonly draining_since: Date | null;
  readonly erasure_id: number;
  readonly silent: number;
  readonly runs: readonly (Omit<NodeRun, 'startedAt'> & { readonly startedAt: string | null })[];
}

export class PostgresNodes implements NodeStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async report(
    { id, role, host, pid, release, slots, masterKeyIds = [] }: Node,
    erasure = 0,
  ): Promise<{ readonly draining: boolean; readonly erasure: number }> {
    const told = { master_key_ids: [...masterKeyIds], erasure_id: erasure };
    const { draining_since, latest } = await this.#connection
      .insertInto('nodes')
      .values({ id, role, host: host.slice(0, MAX_HOST_LENGTH), pid, release, slots, ...told })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...told, heard_at: sql<Date>`clock_timestamp()` }))
      .returning([
        'draining_since',
        sql<number>`(
          select coalesce(max(id), 0)::float8 from erasures where versions_dropped_at is not null
        )`.as('latest'),
      ])
      .executeTakeFirstOrThrow();
    return { draining: draining_since !== null, erasure: latest };
  }

  async leave(id: string): Promise<void> {
    await this.#connection.deleteFrom('nodes').where('id', '=', id).execute();
  }

  /** A task names its holder as `<node>/<slot>`. */
  async list(): Promise<readonly NodeSight[]> {
    const { rows } = await sql<SightRow>`
      select id, role, host, pid, release, slots, started_at, heard_at, draining_since, master_key_ids, erasure_id,
        extract(epoch from clock_timestamp() - heard_at)::float8 as silent,
        coalesce((
          select json_agg(json_build_object(
            'accountId', t.account_id, 'jobId', t.job_id, 'attempt', t.attempt, 'startedAt', j.started_at
          ) order by t.id)
          from tasks t join jobs j on j.account_id = t.account_id and j.id = t.job_id
          where split_part(t.worker_id, '/', 1) = nodes.id
        ), '[]') as runs
      from nodes order by started_at, id`.execute(this.#connection);
    return rows.map(({ started_at, heard_at, draining_since, master_key_ids, erasure_id, silent, runs, ...node }) => ({
      ...node,
      masterKeyIds: master_key_ids,
      startedAt: started_at,
      heardAt: heard_at,
      drainingSince: draining_since,
      erasure: erasure_id,
      silentSeconds: silent,
      runs: runs.map(({ startedAt, ...run }) => ({
        ...run,
        startedAt: startedAt === null ? null : new Date(startedAt),
      })),
    }));
  }

  async drain(id: string, draining: boolean): Promise<boolean> {
    const since = draining ? sql<Date>`coalesce(draining_since, clock_timestamp())` : null;
    const { numUpdatedRows } = await this.#connection
      .updateTable('nodes')
      .set({ draining_since: since })
      .where('id', '=', id)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async forget(heardBefore: Date, limit: number): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      with old as materialized (
        select id from nodes where heard_at < ${heardBefore} order by heard_at limit ${limit} for update skip locked
      )
      delete from nodes using old where nodes.id = old.id`.execute(this.#connection);
    return Number(numAffectedRows);
  }
}
