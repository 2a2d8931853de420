import { sql } from 'kysely';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import { allInOrder } from '../../core/in-order.ts';
import type { JobKey } from '../../core/job.ts';
import type { QuotaStore } from '../../core/ports/database/quota.ts';
import {
  addToCounted,
  countMembers,
  joinMembers,
  type Members,
  NO_MEMBERS,
  type QuotaPreview,
  type QuotaSet,
  type QuotaUsage,
  quotaIds,
  quotaSet,
  requireQuota,
} from '../../core/quota.ts';
import { atomically } from '../connection/pipeline.ts';
import { statement } from '../connection/statement.ts';
import type { Connection } from '../tables/schema.ts';
import { BLOCKS_FROM_THIRD, blockValues, plainBytes } from './bytes.ts';

/** Months of accounts; the remainder is deleted the next time. */
const FORGOTTEN_AT_ONCE = 1000;

interface Ledger {
  readonly accountId: string;
  /** The first day of the month. */
  readonly month: string;
}

function ledgerOf(accountId: string, month: string): Ledger {
  return { accountId, month: `${month}-01` };
}

/** By account and month: what is used, and the limit. Locked until the transaction ends. */
const LOCK_MONTH = statement<QuotaUsage>(
  'lock-quota-month',
  `select month.usage, account.quota_limit as limit
  from quota_months month join accounts account on account.id = month.account_id
  where month.account_id = $1 and month.month = $2
  for no key update of month`,
);

const MAKE_MONTH = statement(
  'make-quota-month',
  'insert into quota_months (account_id, month, usage) values ($1, $2, 0) on conflict do nothing',
);

/** Locks the account's month if it exists, and reads these blocks, when it is locked. */
async function lockMonth(tx: Connection, ledger: Ledger, own: QuotaSet) {
  const locked = LOCK_MONTH(tx, ledger.accountId, ledger.month);
  const [{ rows }, counted] = await allInOrder([locked, readCounted(tx, ledger, own)]);
  return rows[0] === undefined ? null : { ...rows[0], counted };
}

/** Creates the account's month if it does not exist, and locks it. */
async function lockOrMakeMonth(tx: Connection, ledger: Ledger, own: QuotaSet) {
  const found = await lockMonth(tx, ledger, own);
  if (found !== null) return found;
  await MAKE_MONTH(tx, ledger.accountId, ledger.month);
  const made = await lockMonth(tx, ledger, own);
  if (made === null) throw new Error(`the quota of account ${ledger.accountId} has no month ${ledger.month}`);
  return made;
}

/** By account and month: so many more. */
const CHANGE_USAGE = statement(
  'change-quota-usage',
  'update quota_months set usage = usage + $3::bigint where account_id = $1 and month = $2',
);

interface StoredBlock {
  readonly block: number;
  readonly counted: Members;
  readonly kept: Members;
}

function plainBlock({ block, counted, kept }: StoredBlock): StoredBlock {
  return { block, counted: plainBytes(counted), kept: plainBytes(kept) };
}

/** By account, month and blocks. */
const READ_BLOCKS = statement<StoredBlock>(
  'read-quota-blocks',
  'select block, counted, kept from quota_blocks where account_id = $1 and month = $2 and block = any($3::bigint[])',
);

async function readBlocks(tx: Connection, { accountId, month }: Ledger, own: QuotaSet): Promise<StoredBlock[]> {
  const { rows } = await READ_BLOCKS(tx, accountId, month, [...own.keys()]);
  return rows.map(plainBlock);
}

async function readCounted(tx: Connection, ledger: Ledger, own: QuotaSet): Promise<QuotaSet> {
  return new Map((await readBlocks(tx, ledger, own)).map(({ block, counted }) => [block, counted]));
}

/** What the account's other unfinished jobs hold in these blocks. */
async function readHeld(tx: Connection, { accountId, month }: Ledger, own: QuotaSet): Promise<QuotaSet> {
  const { rows } = await sql<{ block: number; members: Members }>`
    select block, members from quota_held
    where account_id = ${accountId} and month = ${month} and block = any(${[...own.keys()]}::bigint[])`.execute(tx);
  const held = new Map<number, Members>();
  for (const { block, members } of rows) {
    held.set(block, joinMembers(held.get(block) ?? NO_MEMBERS, plainBytes(members)));
  }
  return held;
}

function updating(column: 'counted' | 'kept') {
  return statement(
    `update-quota-${column}`,
    `update quota_blocks stored set ${column} = fresh.members from ${BLOCKS_FROM_THIRD} as fresh
    where stored.account_id = $1 and stored.month = $2 and stored.block = fresh.block`,
  );
}

const UPDATE_BLOCKS = { counted: updating('counted'), kept: updating('kept') };

async function updateBlocks(
  tx: Connection,
  { accountId, month }: Ledger,
  column: 'counted' | 'kept',
  blocks: QuotaSet,
): Promise<void> {
  if (blocks.size === 0) return;
  await UPDATE_BLOCKS[column](tx, accountId, month, ...blockValues(blocks));
}

const COUNT_BLOCKS = statement(
  'count-quota-blocks',
  `insert into quota_blocks (account_id, month, block, counted)
  select $1::uuid, $2::date, block, members from ${BLOCKS_FROM_THIRD} as fresh
  on conflict (account_id, month, block) do update set counted = excluded.counted`,
);

const HOLD_BLOCKS = statement(
  'hold-quota-blocks',
  `insert into quota_held (account_id, month, block, job_id, members)
  select $1::uuid, $2::date, block, $7::uuid, members from ${BLOCKS_FROM_THIRD} as own`,
);

/** By account and job: locks its month. */
const LOCK_HELD = statement<{ readonly month: string }>(
  'lock-held-quota',
  `select month from quota_months
  where account_id = $1 and month = (select month from quota_held where account_id = $1 and job_id = $2 limit 1)
  for no key update`,
);

interface HeldRow extends StoredBlock {
  readonly members: Members;
}

/** By account and job: no longer held, with what is stored of the blocks. */
const TAKE_HELD = statement<HeldRow>(
  'take-held-quota',
  `with own as (delete from quota_held where account_id = $1 and job_id = $2 returning account_id, month, block, members)
  select own.block, own.members, stored.counted, stored.kept
  from own join quota_blocks stored using (account_id, month, block)`,
);

interface Taken {
  readonly ledger: Ledger;
  readonly own: QuotaSet;
  readonly stored: readonly StoredBlock[];
}

/** Takes the month's lock and with it what the job holds; null when it holds nothing. */
async function takeHeld(tx: Connection, { accountId, id }: JobKey): Promise<Taken | null> {
  const [lock, { rows }] = await allInOrder([LOCK_HELD(tx, accountId, id), TAKE_HELD(tx, accountId, id)]);
  const [locked] = lock.rows;
  if (locked === undefined) return null;
  return {
    ledger: { accountId, month: locked.month },
    own: new Map(rows.map(({ block, members }) => [block, plainBytes(members)])),
    stored: rows.map(plainBlock),
  };
}

/** By account and month. */
const READ_USAGE = statement<QuotaUsage>(
  'read-quota-usage',
  `select account.quota_limit as limit, coalesce(month.usage, 0) as usage
  from accounts account left join quota_months month on month.account_id = account.id and month.month = $2
  where account.id = $1`,
);

function accountNotFound(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no account ${id}`);
}

export class PostgresQuota implements QuotaStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  reserve({ job, month, propertyIds }: Parameters<QuotaStore['reserve']>[0]): Promise<void> {
    const ledger = ledgerOf(job.accountId, month);
    // Before the lock: the account's other transactions wait for what is done under it.
    const own = quotaSet(propertyIds);
    return atomically(this.#connection, async (tx) => {
      const { usage, limit, counted } = await lockOrMakeMonth(tx, ledger, own);
      const { changed, added } = addToCounted(counted, own);
      requireQuota({ limit, usage, added }, month);
      const isMore = added > 0;
      await allInOrder([
        isMore && COUNT_BLOCKS(tx, ledger.accountId, ledger.month, ...blockValues(changed)),
        isMore && CHANGE_USAGE(tx, ledger.accountId, ledger.month, added),
        HOLD_BLOCKS(tx, ledger.accountId, ledger.month, ...blockValues(own), job.id),
      ]);
    });
  }

  keep(job: JobKey): Promise<void> {
    return atomically(this.#connection, async (tx) => {
      const taken = await takeHeld(tx, job);
      if (taken === null) return;
      const { ledger, own } = taken;
      const kept = new Map(taken.stored.map((stored) => [stored.block, stored.kept]));
      await updateBlocks(tx, ledger, 'kept', addToCounted(kept, own).changed);
    });
  }

  giveBack(job: JobKey): Promise<void> {
    return atomically(this.#connection, async (tx) => {
      const taken = await takeHeld(tx, job);
      if (taken === null) return;
      const { ledger, own, stored } = taken;
      const held = await readHeld(tx, ledger, own);
      const changed = new Map<number, Members>();
      let removed = 0;
      for (const { block, counted, kept } of stored) {
        const left = joinMembers(kept, held.get(block) ?? NO_MEMBERS);
        const fewer = countMembers(counted) - countMembers(left);
        if (fewer === 0) continue;
        changed.set(block, left);
        removed += fewer;
      }
      if (removed === 0) return;
      await updateBlocks(tx, ledger, 'counted', changed);
      await CHANGE_USAGE(tx, ledger.accountId, ledger.month, -removed);
    });
  }

  async usage(accountId: string, month: string): Promise<QuotaUsage> {
    const [row] = isUuid(accountId)
      ? (await READ_USAGE(this.#connection, accountId, ledgerOf(accountId, month).month)).rows
      : [];
    if (row === undefined) throw accountNotFound(accountId);
    return row;
  }

  async preview(accountId: string, month: string, propertyIds: Iterable<number>): Promise<QuotaPreview> {
    const own = quotaSet(propertyIds);
    const { limit, usage } = await this.usage(accountId, month);
    const { added } = addToCounted(await readCounted(this.#connection, ledgerOf(accountId, month), own), own);
    return { limit, usage, added };
  }

  async paid(accountId: string, month: string): Promise<Float64Array> {
    const ledger = ledgerOf(accountId, month);
    const { rows } = await sql<StoredBlock>`select block, kept from quota_blocks
      where account_id = ${ledger.accountId} and month = ${ledger.month}`.execute(this.#connection);
    return Float64Array.from(quotaIds(new Map(rows.map(({ block, kept }) => [block, plainBytes(kept)]))));
  }

  forget(beforeMonth: string): Promise<number> {
    return atomically(this.#connection, async (tx) => {
      // The month's row is its lock: while it is held nobody can start to hold anything in the month.
      const { rows } = await sql<{ account_id: string; month: string }>`
        select account_id, month from quota_months as old
        where month < ${`${beforeMonth}-01`}
          and not exists (select from quota_held where account_id = old.account_id and month = old.month)
        limit ${FORGOTTEN_AT_ONCE} for update skip locked`.execute(tx);
      const months = sql`(
        select * from unnest(${rows.map(({ account_id: id }) => id)}::uuid[], ${rows.map(({ month }) => month)}::date[])
      )`;
      await sql`delete from quota_blocks where (account_id, month) in ${months}`.execute(tx);
      await sql`delete from quota_months where (account_id, month) in ${months}`.execute(tx);
      return rows.length;
    });
  }

  async setLimit(accountId: string, limit: number | null): Promise<void> {
    const { numUpdatedRows = 0n } = isUuid(accountId)
      ? await this.#connection
          .updateTable('accounts')
          .set({ quota_limit: limit })
          .where('id', '=', accountId)
          .executeTakeFirst()
      : {};
    if (numUpdatedRows === 0n) throw accountNotFound(accountId);
  }
}
