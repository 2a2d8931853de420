import { sql } from 'kysely';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import { decodePropertyIds, type PropertyIdSet } from '../../core/ids/property-ids.ts';
import { type Page, type PageRequest, pageOffset } from '../../core/pages.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { NewSchedule, ScheduleStore } from '../../core/ports/database/schedules.ts';
import {
  PAUSED_RUN,
  type PlannedRun,
  type RunKey,
  type RunOutcome,
  type Schedule,
  type ScheduleKey,
  type ScheduleRun,
} from '../../core/schedules/schedule.ts';
import { noPlaceLeft } from '../../core/turns/places.ts';
import { atomically } from '../connection/pipeline.ts';
import type { Connection } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';
import { reasonColumns, runColumns, SCHEDULE_COLUMNS, scheduleColumns, toRun, toSchedule } from './schedule-rows.ts';

function countMissing(encodedIds: Uint8Array, grants: PropertyIdSet): number {
  let missing = 0;
  for (const id of decodePropertyIds(encodedIds)) if (!grants.has(id)) missing += 1;
  return missing;
}

/** Held until the transaction ends, so that two creates of an account cannot both find the last place. */
async function requireRoom(tx: Connection, accountId: string, most: number): Promise<void> {
  await tx.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
  const { count } = await tx
    .selectFrom('schedules')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (count >= most) throw noPlaceLeft('schedules', most);
}

/** Whoever deletes a list holds the account too. */
async function requireList(tx: Connection, { accountId, list }: NewSchedule): Promise<void> {
  if (!list || list.id === null) return;
  const found = await tx
    .selectFrom('property_lists')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '=', list.id)
    .forKeyShare()
    .executeTakeFirst();
  if (found !== undefined) return;
  throw new ConveyanceError('invalid_parameter', `property_list: the list ${list.name} was deleted just now`);
}

const now = sql<Date>`clock_timestamp()`;

export class PostgresSchedules implements ScheduleStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** In a transaction, one statement or not: whoever loses the answer to a commit is told that the schedule may exist. */
  insert(schedule: NewSchedule, most = Number.POSITIVE_INFINITY): Promise<Schedule> {
    return atomically(this.#connection, async (tx) => {
      if (most !== Number.POSITIVE_INFINITY) await requireRoom(tx, schedule.accountId, most);
      await requireList(tx, schedule);
      const row = await tx
        .insertInto('schedules')
        .values(scheduleColumns(schedule))
        .returning(SCHEDULE_COLUMNS)
        .executeTakeFirstOrThrow();
      return toSchedule(row);
    });
  }

  #one({ accountId, id }: ScheduleKey) {
    return this.#connection.selectFrom('schedules').where('account_id', '=', accountId).where('id', '=', id);
  }

  #change({ accountId, id }: ScheduleKey) {
    return this.#connection.updateTable('schedules').where('account_id', '=', accountId).where('id', '=', id);
  }

  async get(key: ScheduleKey): Promise<Schedule | null> {
    if (!isUuid(key.id)) return null;
    const row = await this.#one(key).select(SCHEDULE_COLUMNS).executeTakeFirst();
    return row === undefined ? null : toSchedule(row);
  }

  async list(accountId: string, request: PageRequest): Promise<Page<Schedule>> {
    const all = this.#connection.selectFrom('schedules').where('account_id', '=', accountId);
    const { total } = await all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await all
      .select(SCHEDULE_COLUMNS)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(request.perPage)
      .offset(pageOffset(request))
      .execute();
    return { items: rows.map(toSchedule), totalCount: total, request };
  }

  #newest() {
    return this.#connection
      .selectFrom('schedules')
      .select(SCHEDULE_COLUMNS)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
  }

  async ofCredential(credentialId: string): Promise<readonly Schedule[]> {
    if (!isUuid(credentialId)) return [];
    return (await this.#newest().where('credential_id', '=', credentialId).execute()).map(toSchedule);
  }

  async countWithheld(accountId: string, grants: Grants): Promise<readonly Schedule[]> {
    if (!isUuid(accountId)) return [];
    const schedules = await this.#newest().where('account_id', '=', accountId).execute();
    for (const { id } of schedules) {
      // One schedule's ids at a time: there may be a million in each.
      const encoded = await this.propertyIds({ accountId, id });
      const withheld = grants === 'all' || encoded === null ? 0 : countMissing(encoded, grants);
      await this.#change({ accountId, id }).set({ withheld }).where('withheld', '<>', withheld).execute();
    }
    const lacking = await this.#newest().where('account_id', '=', accountId).where('withheld', '>', 0).execute();
    return lacking.map(toSchedule);
  }

  async propertyIds(key: ScheduleKey): Promise<Uint8Array | null> {
    if (!isUuid(key.id)) return null;
    const row = await this.#one(key).select('property_ids').executeTakeFirst();
    return row === undefined ? null : plainBytes(row.property_ids);
  }

  pause(key: ScheduleKey): Promise<Schedule | null> {
    if (!isUuid(key.id)) return Promise.resolve(null);
    return atomically(this.#connection, async (tx) => {
      const row = await new PostgresSchedules(tx)
        .#change(key)
        .set((eb) => ({
          state: 'paused',
          next_at: null,
          updated_at: eb.case().when('state', '=', 'paused').then(eb.ref('updated_at')).else(now).end(),
        }))
        .returning(SCHEDULE_COLUMNS)
        .executeTakeFirst();
      if (row === undefined) return null;
      await tx
        .updateTable('schedule_runs')
        .where('account_id', '=', key.accountId)
        .where('schedule_id', '=', key.id)
        .where('state', '=', 'waiting')
        .set({ state: 'skipped', check_at: null, ...reasonColumns(PAUSED_RUN) })
        .execute();
      return toSchedule(row);
    });
  }

  async resume(
    key: ScheduleKey,
    { nextAt, credentialId }: { readonly nextAt: Date; readonly credentialId: string },
  ): Promise<Schedule | null> {
    if (!isUuid(key.id)) return null;
    const row = await this.#change(key)
      .set((eb) => ({
        state: 'active',
        next_at: eb.fn.coalesce('next_at', sql<Date>`${nextAt}::timestamptz`),
        credential_id: credentialId,
        updated_at: now,
      }))
      .returning(SCHEDULE_COLUMNS)
      .executeTakeFirst();
    return row === undefined ? null : toSchedule(row);
  }

  async delete(key: ScheduleKey): Promise<Schedule | null> {
    if (!isUuid(key.id)) return null;
    const row = await this.#connection
      .deleteFrom('schedules')
      .where('account_id', '=', key.accountId)
      .where('id', '=', key.id)
      .returning(SCHEDULE_COLUMNS)
      .executeTakeFirst();
    return row === undefined ? null : toSchedule(row);
  }

  async runs(key: ScheduleKey, request: PageRequest): Promise<Page<ScheduleRun>> {
    if (!isUuid(key.id)) return { items: [], totalCount: 0, request };
    const all = this.#connection
      .selectFrom('schedule_runs')
      .where('account_id', '=', key.accountId)
      .where('schedule_id', '=', key.id);
    const { total } = await all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await all
      .selectAll()
      .orderBy('planned_at', 'desc')
      .limit(request.perPage)
      .offset(pageOffset(request))
      .execute();
    return { items: rows.map(toRun), totalCount: total, request };
  }

  async due(at: Date, limit: number): Promise<readonly ScheduleKey[]> {
    const rows = await this.#connection
      .selectFrom('schedules')
      .select(['account_id', 'id'])
      .where('next_at', '<=', at)
      .orderBy('next_at')
      .limit(limit)
      .execute();
    return rows.map(({ account_id: accountId, id }) => ({ accountId, id }));
  }

  async take(key: ScheduleKey, at: Date): Promise<Schedule | null> {
    const row = await this.#one(key)
      .select(SCHEDULE_COLUMNS)
      .where('next_at', '<=', at)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    return row === undefined ? null : toSchedule(row);
  }

  async plan(key: ScheduleKey, runs: readonly PlannedRun[], nextAt: Date): Promise<void> {
    const rows = runs.map((run) => runColumns(key, run));
    if (rows.length > 0) {
      // Clocks differ: a schedule that was resumed by a slower one may come to the same instant again.
      const insert = this.#connection.insertInto('schedule_runs').values(rows);
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
    }
    await this.#change(key).set({ next_at: nextAt }).execute();
  }

  async dueRuns(at: Date, limit: number): Promise<readonly RunKey[]> {
    const rows = await this.#connection
      .selectFrom('schedule_runs')
      .select(['account_id', 'schedule_id', 'planned_at'])
      .where('state', '=', 'waiting')
      .where('check_at', '<=', at)
      .orderBy('check_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ accountId: row.account_id, scheduleId: row.schedule_id, plannedAt: row.planned_at }));
  }

  /** The run while it waits: every change of a run begins here. */
  #waiting({ accountId, scheduleId, plannedAt }: RunKey) {
    return this.#connection
      .updateTable('schedule_runs')
      .where('account_id', '=', accountId)
      .where('schedule_id', '=', scheduleId)
      .where('planned_at', '=', plannedAt)
      .where('state', '=', 'waiting');
  }

  async claimRun(
    key: RunKey,
    { now: at, until }: { readonly now: Date; readonly until: Date },
  ): Promise<{ run: ScheduleRun; schedule: Schedule } | null> {
    const run = await this.#waiting(key)
      .where('check_at', '<=', at)
      .set({ check_at: until })
      .returningAll()
      .executeTakeFirst();
    const schedule = run && (await this.get({ accountId: key.accountId, id: key.scheduleId }));
    return run && schedule ? { run: toRun(run), schedule } : null;
  }

  async holdRun(key: RunKey): Promise<boolean> {
    const { accountId, scheduleId: id } = key;
    await this.#one({ accountId, id }).select('id').forUpdate().execute();
    // A statement sees what was committed when it began: what the last holder of the schedule did is seen by this one alone.
    const run = await this.#connection
      .selectFrom('schedule_runs')
      .select('state')
      .where('account_id', '=', accountId)
      .where('schedule_id', '=', id)
      .where('planned_at', '=', key.plannedAt)
      .executeTakeFirst();
    return run?.state === 'waiting';
  }

  async settleRun(key: RunKey, outcome: RunOutcome): Promise<boolean> {
    const submitted = outcome.state === 'submitted';
    const { numUpdatedRows } = await this.#waiting(key)
      .set({
        state: outcome.state,
        check_at: outcome.state === 'waiting' ? outcome.checkAt : null,
        ...(submitted && { job_id: outcome.jobId, data_complete: outcome.dataComplete }),
        ...reasonColumns(submitted ? null : outcome.reason),
      })
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
}
