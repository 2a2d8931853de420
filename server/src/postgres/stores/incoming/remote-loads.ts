import { type Selectable, sql } from 'kysely';
import { isUuid } from '../../../core/ids/job-id.ts';
import type {
  RemoteLoad,
  RemoteLoadClaim,
  RemoteLoadEnd,
  RemoteLoadStore,
} from '../../../core/ports/database/incoming/remote-loads.ts';
import { atomically } from '../../connection/pipeline.ts';
import type { Connection } from '../../tables/schema.ts';
import type { RemoteLoadsTable } from '../../tables/upload-tables.ts';
import { plainBytes } from '../bytes.ts';
import { lock } from '../locks.ts';

function toLoad(row: Selectable<RemoteLoadsTable>): RemoteLoad {
  return {
    id: row.id,
    credentialId: row.credential_id,
    uploadIds: row.upload_ids,
    addresses: row.addresses,
    request: row.request,
    state: row.state,
    attempt: row.attempt,
    stage: row.stage,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    report: row.report,
    failure: row.failure,
    rejectsKey: row.rejects_key,
  };
}

const now = sql<Date>`clock_timestamp()`;
const leased = (seconds: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;

function held(connection: Connection, { id, attempt }: RemoteLoadClaim) {
  return connection
    .updateTable('remote_loads')
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', '=', 'running');
}

export class PostgresRemoteLoads implements RemoteLoadStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(load: Parameters<RemoteLoadStore['insert']>[0], sealed: Uint8Array | null): Promise<RemoteLoad> {
    const { id, credentialId, uploadIds, addresses, request } = load;
    return atomically(this.#connection, async (tx) => {
      const row = await tx
        .insertInto('remote_loads')
        .values({
          ...{ id, credential_id: credentialId, upload_ids: [...uploadIds], addresses: [...addresses] },
          ...{ request: JSON.stringify(request), state: 'waiting', attempt: 0 },
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      if (sealed !== null) await tx.insertInto('remote_load_secrets').values({ load_id: id, sealed }).execute();
      return toLoad(row);
    });
  }

  async sealed(id: string): Promise<Uint8Array | null> {
    const row = await this.#connection
      .selectFrom('remote_load_secrets')
      .select('sealed')
      .where('load_id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : plainBytes(row.sealed);
  }

  async get(id: string): Promise<RemoteLoad | null> {
    if (!isUuid(id)) return null;
    const row = await this.#connection.selectFrom('remote_loads').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toLoad(row);
  }

  claim(leaseSeconds: number): Promise<RemoteLoad | null> {
    return atomically(this.#connection, async (tx) => {
      // Decided by a later statement than the lock: two must not both see that none runs.
      await lock(tx, 'uploads');
      const next = await tx
        .selectFrom('remote_loads')
        .select('id')
        .where('finished_at', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('remote_loads').select('id').where('finished_at', 'is', null).where('lease_until', '>', now),
            ),
          ),
        )
        .orderBy('created_at')
        .limit(1)
        .executeTakeFirst();
      if (next === undefined) return null;
      const row = await tx
        .updateTable('remote_loads')
        .set((eb) => ({
          state: 'running',
          attempt: eb('attempt', '+', 1),
          lease_until: leased(leaseSeconds),
          started_at: eb.fn.coalesce('started_at', now),
        }))
        .where('id', '=', next.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toLoad(row);
    });
  }

  async renew(claim: RemoteLoadClaim, leaseSeconds: number, stage: string | null): Promise<boolean> {
    const { numUpdatedRows } = await held(this.#connection, claim)
      .set({ lease_until: leased(leaseSeconds), stage })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  settle(claim: RemoteLoadClaim, { state, report, failure, rejectsKey }: RemoteLoadEnd): Promise<boolean> {
    return atomically(this.#connection, async (tx) => {
      const { numUpdatedRows } = await held(tx, claim)
        .set({
          ...{ state, failure, rejects_key: rejectsKey, stage: null, lease_until: null, finished_at: now },
          report: report === null ? null : JSON.stringify(report),
        })
        .executeTakeFirst();
      if (numUpdatedRows === 0n) return false;
      await tx.deleteFrom('remote_load_secrets').where('load_id', '=', claim.id).execute();
      return true;
    });
  }

  async giveBack(claim: RemoteLoadClaim, counted: boolean): Promise<boolean> {
    const { numUpdatedRows } = await held(this.#connection, claim)
      .set((eb) => ({
        ...{ state: 'waiting' as const, stage: null, lease_until: null },
        attempt: counted ? eb.ref('attempt') : eb('attempt', '-', 1),
      }))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async forget(endedSecondsAgo: number, limit: number): Promise<readonly string[]> {
    const { rows } = await sql<{ rejects_key: string | null }>`
      delete from remote_loads where id in (
        select id from remote_loads where finished_at < clock_timestamp() - make_interval(secs => ${endedSecondsAgo})
        order by finished_at limit ${limit}
      ) returning rejects_key`.execute(this.#connection);
    return rows.flatMap(({ rejects_key }) => rejects_key ?? []);
  }
}
