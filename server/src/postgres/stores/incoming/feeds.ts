import { type Selectable, sql } from 'kysely';
import type {
  Feed,
  FeedClaim,
  FeedCounts,
  FeedEnd,
  FeedStore,
  NewFeed,
} from '../../../core/ports/database/incoming/feeds.ts';
import { atomically } from '../../connection/pipeline.ts';
import type { FeedsTable } from '../../tables/feed-tables.ts';
import type { Connection } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';
import { lock } from '../locks.ts';

const now = sql<Date>`clock_timestamp()`;
const after = (seconds: number) => sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;
const runs = sql<boolean>`coalesce(lease_until > clock_timestamp(), false)`;

function toFeed(row: Selectable<FeedsTable> & { readonly runs: boolean }): Feed {
  return {
    id: row.id,
    name: row.name,
    rule: row.rule,
    sources: row.sources,
    request: row.request,
    graceMinutes: row.grace_minutes,
    by: row.made_by,
    createdAt: row.created_at,
    isPaused: row.paused_at !== null,
    plannedAt: row.planned_at,
    dueAt: row.due_at,
    isRunning: row.runs,
    attempt: row.attempt,
    state: row.state,
    endedAt: row.ended_at,
  };
}

export class PostgresFeeds implements FeedStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(feed: NewFeed, plannedAt: Date, most: number): Promise<Feed | null> {
    return atomically(this.#connection, async (tx) => {
      await lock(tx, 'feeds');
      const { count } = await tx
        .selectFrom('feeds')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= most) return null;
      const row = await tx
        .insertInto('feeds')
        .values({
          ...{ id: feed.id, name: feed.name, sources: [...feed.sources], grace_minutes: feed.graceMinutes },
          ...{ rule: JSON.stringify(feed.rule), request: JSON.stringify(feed.request), made_by: feed.by },
          ...{ planned_at: plannedAt, due_at: plannedAt },
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returningAll()
        .returning(runs.as('runs'))
        .executeTakeFirst();
      return row === undefined ? null : toFeed(row);
    });
  }

  async keepSealed(id: string, sealed: Uint8Array): Promise<boolean> {
    const { numAffectedRows = 0n } = await sql`
      insert into feed_secrets (feed_id, sealed) select id, ${sealed} from feeds where id = ${id}
      on conflict (feed_id) do update set sealed = excluded.sealed`.execute(this.#connection);
    return numAffectedRows > 0n;
  }

  async sealed(id: string): Promise<Uint8Array | null> {
    const row = await this.#connection
      .selectFrom('feed_secrets')
      .select('sealed')
      .where('feed_id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : plainBytes(row.sealed);
  }

  async list(): Promise<readonly Feed[]> {
    return (await this.#all().orderBy('name').execute()).map(toFeed);
  }

  async named(name: string): Promise<Feed | null> {
    const row = await this.#all().where('name', '=', name).executeTakeFirst();
    return row === undefined ? null : toFeed(row);
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#connection.deleteFrom('feeds').where('id', '=', id).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async pause(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#row(id)
      .where('paused_at', 'is', null)
      .set({ paused_at: now })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async resume(id: string, plannedAt: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.#row(id)
      .where('paused_at', 'is not', null)
      .set({ paused_at: null, planned_at: plannedAt, due_at: plannedAt })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async hurry(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#row(id)
      .where('paused_at', 'is', null)
      .set({ due_at: sql<Date>`least(due_at, clock_timestamp())` })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  claim(leaseSeconds: number): Promise<Feed | null> {
    return atomically(this.#connection, async (tx) => {
      // Decided by a later statement than the lock: two must not both see that none runs.
      await lock(tx, 'feeds');
      const running = await tx.selectFrom('feeds').select('id').where('lease_until', '>', now).executeTakeFirst();
      if (running !== undefined) return null;
      const next = await tx
        .selectFrom('feeds')
        .select('id')
        .where('paused_at', 'is', null)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      if (next === undefined) return null;
      const row = await tx
        .updateTable('feeds')
        .set((eb) => ({ attempt: eb('attempt', '+', 1), lease_until: after(leaseSeconds) }))
        .where('id', '=', next.id)
        .returningAll()
        .returning(runs.as('runs'))
        .executeTakeFirstOrThrow();
      return toFeed(row);
    });
  }

  async renew(claim: FeedClaim, leaseSeconds: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(claim)
      .set({ lease_until: after(leaseSeconds) })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async settle(claim: FeedClaim, { state, dueAt, plannedAt }: FeedEnd): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(claim)
      .set({ state, due_at: dueAt, planned_at: plannedAt, ended_at: now, lease_until: null })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async giveBack(claim: FeedClaim, seconds: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(claim)
      .set({ due_at: after(seconds), lease_until: null })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async counts(): Promise<FeedCounts> {
    const { rows } = await sql<FeedCounts>`
      select count(*) filter (where paused_at is null)::int as active, count(paused_at)::int as paused,
        count(*) filter (where paused_at is null
          and planned_at + make_interval(mins => grace_minutes) < clock_timestamp())::int as late,
        count(*) filter (where paused_at is null and state = 'failed')::int as failed
      from feeds`.execute(this.#connection);
    return rows[0] ?? { active: 0, paused: 0, late: 0, failed: 0 };
  }

  #all() {
    return this.#connection.selectFrom('feeds').selectAll().select(runs.as('runs'));
  }

  #row(id: string) {
    return this.#connection.updateTable('feeds').where('id', '=', id);
  }

  #held({ id, attempt }: FeedClaim) {
    return this.#row(id).where('attempt', '=', attempt).where('lease_until', 'is not', null);
  }
}
