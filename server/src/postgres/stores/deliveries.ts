import { type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { isUuid } from '../../core/ids/job-id.ts';
import { type Page, type PageRequest, pageOffset } from '../../core/pages.ts';
import { type DeliveryBacklog, OVERDUE_SECONDS } from '../../core/ports/database/backlog.ts';
import type { Topic } from '../../core/ports/database/events.ts';
import type {
  DeliveryClaim,
  DeliveryKey,
  DeliveryStore,
  DeliveryTerms,
  NewDelivery,
} from '../../core/ports/database/webhooks.ts';
import type { Delivery, DeliveryTry, WebhookAttempt } from '../../core/webhooks/delivery.ts';
import { atomically } from '../connection/pipeline.ts';
import type { Connection, DeliveriesTable, DeliveryTriesTable, Schema } from '../tables/schema.ts';
import { pickDue } from './due-delivery.ts';
import { lock } from './locks.ts';

const READY = 'delivery-ready' satisfies Topic;
/** Of each delivery: twice the published schedule. A page of a hundred stays within a few megabytes. */
const TRIES_SHOWN = 20;
/** Deletes in small transactions: none of them holds up a worker. */
const PRUNED_AT_ONCE = 1000;

const now = sql<Date>`clock_timestamp()`;

function secondsFromNow(count: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${count})`;
}

function daysAgo(count: number) {
  return sql<Date>`clock_timestamp() - make_interval(days => ${count})`;
}

async function publishReady(connection: Connection): Promise<void> {
  await sql`select pg_notify(${READY}, '')`.execute(connection);
}

function toTry(row: Selectable<DeliveryTriesTable>): DeliveryTry {
  return {
    number: row.number,
    at: row.at,
    status: row.status,
    latencyMs: row.latency_ms,
    failure: row.failure,
    responseHead: row.response_head,
  };
}

function toDelivery(row: Selectable<DeliveriesTable>, tries: readonly DeliveryTry[]): Delivery {
  return {
    accountId: row.account_id,
    id: row.id,
    jobId: row.job_id,
    url: row.url,
    state: row.state,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    nextTryAt: row.state === 'pending' && row.claim === null ? row.due_at : null,
    tries,
  };
}

export class PostgresDeliveries implements DeliveryStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  enqueue({ accountId, id, jobId, url, host, delaySeconds }: NewDelivery): Promise<Delivery> {
    return atomically(this.#connection, async (tx) => {
      const row = await tx
        .insertInto('deliveries')
        .values({ account_id: accountId, id, job_id: jobId, url, host, due_at: secondsFromNow(delaySeconds) })
        .returningAll()
        .executeTakeFirstOrThrow();
      await publishReady(tx);
      return toDelivery(row, []);
    });
  }

  #one({ accountId, id }: DeliveryKey) {
    return this.#connection.selectFrom('deliveries').where('account_id', '=', accountId).where('id', '=', id);
  }

  async get(key: DeliveryKey): Promise<Delivery | null> {
    if (!isUuid(key.id)) return null;
    const [delivery] = await this.#read(this.#one(key));
    return delivery ?? null;
  }

  async list(accountId: string, jobId: string | null, request: PageRequest): Promise<Page<Delivery>> {
    const all = this.#connection
      .selectFrom('deliveries')
      .where('account_id', '=', accountId)
      .$if(jobId !== null, (query) => query.where('job_id', '=', jobId));
    const { total } = await all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const page = all
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(request.perPage)
      .offset(pageOffset(request));
    return { items: await this.#read(page), totalCount: total, request };
  }

  /** Those of whatever accounts: for what has found their ids. */
  async some(ids: readonly string[]): Promise<readonly Delivery[]> {
    if (ids.length === 0) return [];
    return this.#read(this.#connection.selectFrom('deliveries').where('id', 'in', ids));
  }

  /** The deliveries of the query with their latest tries. */
  async #read(query: SelectQueryBuilder<Schema, 'deliveries', object>): Promise<readonly Delivery[]> {
    const rows = await query.selectAll().execute();
    const tries = await this.#tries(rows.map(({ id }) => id));
    // A try that was made since the row was read would stand beside the state before it.
    return rows.map((row) =>
      toDelivery(
        row,
        (tries.get(row.id) ?? []).filter(({ number }) => number <= row.tries),
      ),
    );
  }

  async #tries(ids: readonly string[]): Promise<ReadonlyMap<string, readonly DeliveryTry[]>> {
    const tries = new Map<string, DeliveryTry[]>();
    if (ids.length === 0) return tries;
    const rows = await this.#connection
      .with('ranked', (db) =>
        db
          .selectFrom('delivery_tries')
          .selectAll()
          .select(sql<number>`row_number() over (partition by delivery_id order by number desc)`.as('newest'))
          .where('delivery_id', 'in', ids),
      )
      .selectFrom('ranked')
      .selectAll()
      .where('newest', '<=', TRIES_SHOWN)
      .orderBy('number')
      .execute();
    for (const row of rows) tries.set(row.delivery_id, [...(tries.get(row.delivery_id) ?? []), toTry(row)]);
    return tries;
  }

  claim({ leaseSeconds, ...terms }: DeliveryTerms & { leaseSeconds: number }): Promise<DeliveryClaim | null> {
    return atomically(this.#connection, async (tx) => {
      await lock(tx, 'deliveries');
      const id = await pickDue(tx, terms);
      if (id === undefined) return null;
      const row = await tx
        .updateTable('deliveries')
        .set({ claim: sql<string>`gen_random_uuid()`, due_at: secondsFromNow(leaseSeconds) })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        accountId: row.account_id,
        id: row.id,
        token: row.claim ?? '',
        jobId: row.job_id,
        url: row.url,
        host: row.host,
        createdAt: row.created_at,
        triesMade: row.tries - row.tries_before,
      };
    });
  }

  settle(claim: DeliveryClaim, attempt: WebhookAttempt, delaySeconds: number | null): Promise<boolean> {
    const delivered = attempt.failure === null;
    const next =
      delivered || delaySeconds === null
        ? { state: delivered ? ('delivered' as const) : ('failed' as const), finished_at: now }
        : { due_at: secondsFromNow(delaySeconds) };
    return atomically(this.#connection, async (tx) => {
      const row = await this.#held(tx, claim)
        .set((eb) => ({ ...next, claim: null, tries: eb('tries', '+', 1) }))
        .returning('tries')
        .executeTakeFirst();
      if (row === undefined) return false;
      await tx
        .insertInto('delivery_tries')
        .values({
          delivery_id: claim.id,
          number: row.tries,
          status: attempt.status,
          latency_ms: attempt.latencyMs,
          failure: attempt.failure,
          response_head: attempt.responseHead,
        })
        .execute();
      return true;
    });
  }

  #held(connection: Connection, { id, token }: DeliveryClaim) {
    return connection.updateTable('deliveries').where('id', '=', id).where('claim', '=', token);
  }

  giveBack(claim: DeliveryClaim, delaySeconds = 0): Promise<boolean> {
    return atomically(this.#connection, async (tx) => {
      const free = { claim: null, due_at: secondsFromNow(delaySeconds) };
      const { numUpdatedRows } = await this.#held(tx, claim).set(free).executeTakeFirst();
      if (numUpdatedRows > 0n && delaySeconds === 0) await publishReady(tx);
      return numUpdatedRows > 0n;
    });
  }

  async redeliver(key: DeliveryKey): Promise<Delivery | null> {
    if (!isUuid(key.id)) return null;
    return atomically(this.#connection, async (tx) => {
      await tx
        .updateTable('deliveries')
        .set((eb) => ({
          state: 'pending',
          finished_at: null,
          claim: null,
          due_at: now,
          tries_before: eb.ref('tries'),
        }))
        .where('account_id', '=', key.accountId)
        .where('id', '=', key.id)
        .where((eb) => eb.or([eb('claim', 'is', null), eb('due_at', '<=', now)]))
        .execute();
      await publishReady(tx);
      return new PostgresDeliveries(tx).get(key);
    });
  }

  async prune(days: number): Promise<number> {
    for (let deleted = PRUNED_AT_ONCE; deleted === PRUNED_AT_ONCE; ) {
      const { numAffectedRows = 0n } = await sql`
        with old as materialized (
          select delivery_id, number from delivery_tries where at < ${daysAgo(days)}
          order by at limit ${PRUNED_AT_ONCE} for update skip locked
        )
        delete from delivery_tries try using old
        where try.delivery_id = old.delivery_id and try.number = old.number`.execute(this.#connection);
      deleted = Number(numAffectedRows);
    }
    let pruned = 0;
    for (let deleted = PRUNED_AT_ONCE; deleted === PRUNED_AT_ONCE; pruned += deleted) {
      const { numDeletedRows } = await this.#connection
        .deleteFrom('deliveries')
        .where('id', 'in', (eb) =>
          eb.selectFrom('deliveries').select('id').where('finished_at', '<', daysAgo(days)).limit(PRUNED_AT_ONCE),
        )
        .executeTakeFirst();
      deleted = Number(numDeletedRows);
    }
    return pruned;
  }

  /** An expired claim is due again, and no longer counts as being sent. */
  async backlog(): Promise<DeliveryBacklog> {
    const { rows } = await sql<DeliveryBacklog>`
      select count(*) filter (where claim is not null and due_at > at) as "underWay",
        count(*) filter (where due_at <= at - make_interval(secs => ${OVERDUE_SECONDS})) as overdue,
        count(*) filter (where due_at > at - make_interval(secs => ${OVERDUE_SECONDS})
          and not (claim is not null and due_at > at)) as waiting
      from deliveries cross join (select clock_timestamp() as at) now
      where state = 'pending'`.execute(this.#connection);
    const [backlog] = rows;
    if (backlog === undefined) throw new Error('an aggregate yields one row');
    return backlog;
  }
}
