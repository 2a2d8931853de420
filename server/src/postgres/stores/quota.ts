import { sql } from 'kysely';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
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
import { atomically, type Connection } from '../tables/schema.ts';
import { plainBytes } from './bytes.ts';

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

/** Creates the account's month if it does not exist, locks it until the transaction ends, and returns what is used. */
async function lockMonth(tx: Connection, { accountId, month }: Ledger): Promise<number> {
  await tx
    .insertInto('quota_months')
    .values({ account_id: accountId, month, usage: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { usage } = await tx
    .selectFrom('quota_months')
    .select('usage')
    .where('account_id', '=', accountId)
    .where('month', '=', month)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return usage;
}

async function changeUsage(tx: Connection, { accountId, month }: Ledger, by: number): Promise<void> {
  await tx
    .updateTable('quota_months')
    .set((eb) => ({ usage: eb('usage', '+', by) }))
    .where('account_id', '=', accountId)
    .where('month', '=', month)
    .execute();
}

/** Blocks as a table (block, members): their bytes are sent as one value, because an array of bytea is sent as hexadecimal text. */
function blockTable(blocks: QuotaSet) {
  const members = [...blocks.values()];
  const lengths = members.map(({ length }) => length);
  let next = 1;
  const starts = lengths.map((length) => {
    const start = next;
    next += length;
    return start;
  });
  const bytes = Buffer.concat(members);
  return sql`(
    select part.block, substring(${bytes}::bytea from part.start for part.length) as members
    from unnest(${[...blocks.keys()]}::bigint[], ${starts}::int[], ${lengths}::int[]) as part(block, start, length)
  )`;
}

interface StoredBlock {
  readonly block: number;
  readonly counted: Members;
  readonly kept: Members;
}

async function readBlocks(tx: Connection, { accountId, month }: Ledger, own: QuotaSet): Promise<StoredBlock[]> {
  const { rows } = await sql<StoredBlock>`
    select block, counted, kept from quota_blocks
    where account_id = ${accountId} and month = ${month} and block = any(${[...own.keys()]}::bigint[])`.execute(tx);
  return rows.map(({ block, counted, kept }) => ({ block, counted: plainBytes(counted), kept: plainBytes(kept) }));
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

async function updateBlocks(
  tx: Connection,
  { accountId, month }: Ledger,
  column: 'counted' | 'kept',
  blocks: QuotaSet,
): Promise<void> {
  if (blocks.size === 0) return;
  await sql`
    update quota_blocks stored set ${sql.ref(column)} = fresh.members from ${blockTable(blocks)} as fresh
    where stored.account_id = ${accountId} and stored.month = ${month} and stored.block = fresh.block`.execute(tx);
}

async function insertHeld(tx: Connection, { accountId, month }: Ledger, jobId: string, own: QuotaSet): Promise<void> {
  await sql`
    insert into quota_held (account_id, month, block, job_id, members)
    select ${accountId}, ${month}, block, ${jobId}, members from ${blockTable(own)} as own`.execute(tx);
}

/** Takes the month's lock and with it what the job holds; null when it holds nothing. */
async function takeHeld(tx: Connection, job: JobKey): Promise<{ ledger: Ledger; own: QuotaSet } | null> {
  const first = await tx
    .selectFrom('quota_held')
    .select('month')
    .where('account_id', '=', job.accountId)
    .where('job_id', '=', job.id)
    .executeTakeFirst();
  if (first === undefined) return null;
  const ledger = { accountId: job.accountId, month: first.month };
  await lockMonth(tx, ledger);
  const rows = await tx
    .deleteFrom('quota_held')
    .where('account_id', '=', job.accountId)
    .where('job_id', '=', job.id)
    .returning(['block', 'members'])
    .execute();
  return { ledger, own: new Map(rows.map(({ block, members }) => [block, plainBytes(members)])) };
}

function accountNotFound(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no account ${id}`);
}

export class PostgresQuota implements QuotaStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async #limit(connection: Connection, accountId: string): Promise<number | null> {
    const row = isUuid(accountId)
      ? await connection.selectFrom('accounts').select('quota_limit').where('id', '=', accountId).executeTakeFirst()
      : undefined;
    if (row === undefined) throw accountNotFound(accountId);
    return row.quota_limit;
  }

  reserve({ job, month, propertyIds }: Parameters<QuotaStore['reserve']>[0]): Promise<void> {
    const ledger = ledgerOf(job.accountId, month);
    // Before the lock: the account's other transactions wait for what is done under it.
    const own = quotaSet(propertyIds);
    return atomically(this.#connection, async (tx) => {
      const usage = await lockMonth(tx, ledger);
      const limit = await this.#limit(tx, job.accountId);
      const { changed, added } = addToCounted(await readCounted(tx, ledger, own), own);
      requireQuota({ limit, usage, added }, month);
      if (added > 0) {
        await sql`
          insert into quota_blocks (account_id, month, block, counted)
          select ${ledger.accountId}, ${ledger.month}, block, members from ${blockTable(changed)} as fresh
          on conflict (account_id, month, block) do update set counted = excluded.counted`.execute(tx);
        await changeUsage(tx, ledger, added);
      }
      await insertHeld(tx, ledger, job.id, own);
    });
  }

  keep(job: JobKey): Promise<void> {
    return atomically(this.#connection, async (tx) => {
      const taken = await takeHeld(tx, job);
      if (taken === null) return;
      const { ledger, own } = taken;
      const kept = new Map((await readBlocks(tx, ledger, own)).map((stored) => [stored.block, stored.kept]));
      await updateBlocks(tx, ledger, 'kept', addToCounted(kept, own).changed);
    });
  }

  giveBack(job: JobKey): Promise<void> {
    return atomically(this.#connection, async (tx) => {
      const taken = await takeHeld(tx, job);
      if (taken === null) return;
      const { ledger, own } = taken;
      const held = await readHeld(tx, ledger, own);
      const changed = new Map<number, Members>();
      let removed = 0;
      for (const { block, counted, kept } of await readBlocks(tx, ledger, own)) {
        const left = joinMembers(kept, held.get(block) ?? NO_MEMBERS);
        const fewer = countMembers(counted) - countMembers(left);
        if (fewer === 0) continue;
        changed.set(block, left);
        removed += fewer;
      }
      if (removed === 0) return;
      await updateBlocks(tx, ledger, 'counted', changed);
      await changeUsage(tx, ledger, -removed);
    });
  }

  async usage(accountId: string, month: string): Promise<QuotaUsage> {
    const limit = await this.#limit(this.#connection, accountId);
    const row = await this.#connection
      .selectFrom('quota_months')
      .select('usage')
      .where('account_id', '=', accountId)
      .where('month', '=', ledgerOf(accountId, month).month)
      .executeTakeFirst();
    return { limit, usage: row?.usage ?? 0 };
  }

  async preview(accountId: string, month: string, propertyIds: Iterable<number>): Promise<QuotaPreview> {
    const own = quotaSet(propertyIds);
    const { limit, usage } = await this.usage(accountId, month);
    const { added } = addToCounted(await readCounted(this.#connection, ledgerOf(accountId, month), own), own);
    return { limit, usage, added };
  }

  async paid(accountId: string, month: string): Promise<Float64Array> {
    const ledger = ledgerOf(accountId, month);
    const rows = await this.#connection
      .selectFrom('quota_blocks')
      .select(['block', 'kept'])
      .where('account_id', '=', ledger.accountId)
      .where('month', '=', ledger.month)
      .execute();
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
    if (!isUuid(accountId)) throw accountNotFound(accountId);
    const { numUpdatedRows } = await this.#connection
      .updateTable('accounts')
      .set({ quota_limit: limit })
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw accountNotFound(accountId);
  }
}
