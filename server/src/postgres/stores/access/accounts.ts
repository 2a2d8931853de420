import { type SelectQueryBuilder, sql } from 'kysely';
import { type Account, OPERATORS_ACCOUNT } from '../../../core/access.ts';
import { ConveyanceError } from '../../../core/errors.ts';
import { isUuid } from '../../../core/ids/job-id.ts';
import { PropertyIdSet } from '../../../core/ids/property-ids.ts';
import {
  type AccountOverview,
  type AccountPageRequest,
  type AccountStore,
  type Entitlement,
  isRule,
} from '../../../core/ports/database/accounts.ts';
import { statement } from '../../connection/statement.ts';
import type { Connection, Schema } from '../../tables/schema.ts';
import { endAllOf } from './account-end.ts';
import { REVOKED } from './credentials.ts';

const ALL_PROPERTIES = sql<boolean>`property_ids is null`.as('all_properties');
/** Without the set itself, which may be megabytes. */
const PUBLIC_COLUMNS = [
  'id',
  'name',
  'created_at',
  'suspended_at',
  'deleted_at',
  'grant_rule',
  ALL_PROPERTIES,
] as const;

const READ_GRANTS = statement<{ readonly property_ids: Uint8Array | null; readonly grant_rule: string | null }>(
  'read-grants',
  'select property_ids, grant_rule from accounts where id = $1',
);

interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly suspended_at: Date | null;
  readonly deleted_at: Date | null;
  readonly all_properties: boolean;
  readonly grant_rule: string | null;
}

interface OverviewRow extends AccountRow {
  readonly quota_limit: number | null;
  readonly usage: number;
  readonly running: number;
  readonly waiting: number;
}

function toAccount(row: AccountRow): Account {
  const { id, name, created_at, suspended_at, deleted_at, all_properties, grant_rule } = row;
  return {
    ...{ id, name, createdAt: created_at, allProperties: all_properties, grantRule: grant_rule },
    ...{ suspendedAt: suspended_at, deletedAt: deleted_at },
  };
}

function toOverview(row: OverviewRow): AccountOverview {
  const { quota_limit: quotaLimit, usage: quotaUsage, running, waiting } = row;
  return { ...toAccount(row), quotaLimit, quotaUsage, running, waiting };
}

/** With a rule the list is empty, not absent: a process of an earlier release, which does not know of rules, then lets the account see nothing. */
function toColumns(grants: Entitlement) {
  if (grants === 'all') return { property_ids: null, grant_rule: null };
  if (isRule(grants)) return { property_ids: new Uint8Array(), grant_rule: grants.rule };
  return { property_ids: grants.encode(), grant_rule: null };
}

function accountNotFound(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no account ${id}`);
}

export class PostgresAccounts implements AccountStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create({ id, name, grants }: { id: string; name: string; grants: Entitlement }): Promise<Account> {
    const row = await this.#connection
      .insertInto('accounts')
      .values({ id, name, ...toColumns(grants) })
      .returning(PUBLIC_COLUMNS)
      .executeTakeFirstOrThrow();
    return toAccount(row);
  }

  #accounts() {
    return this.#connection.selectFrom('accounts').select(PUBLIC_COLUMNS);
  }

  #customers() {
    return this.#accounts().where('deleted_at', 'is', null).where('id', '<>', OPERATORS_ACCOUNT);
  }

  async get(id: string): Promise<Account | null> {
    if (!isUuid(id)) return null;
    const row = await this.#accounts().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toAccount(row);
  }

  async list(): Promise<readonly Account[]> {
    const rows = await this.#customers().orderBy(sql`name collate "C"`).orderBy('id').execute();
    return rows.map(toAccount);
  }

  async page({ named, after, limit }: AccountPageRequest, month: string): Promise<readonly AccountOverview[]> {
    const rows = await this.#withFigures(this.#customers(), month)
      // No pattern: what was typed may have the letters of one.
      .$if(named !== null, (query) => query.where(sql<boolean>`position(lower(${named}) in lower(name)) > 0`))
      .$if(after !== null, (query) =>
        query.where(sql<boolean>`(name collate "C", id) > (${after?.name} collate "C", ${after?.id}::uuid)`),
      )
      .orderBy(sql`name collate "C"`)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(toOverview);
  }

  async overview(id: string, month: string): Promise<AccountOverview | null> {
    if (!isUuid(id) || id.toLowerCase() === OPERATORS_ACCOUNT) return null;
    const row = await this.#withFigures(this.#accounts(), month).where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toOverview(row);
  }

  #withFigures(accounts: SelectQueryBuilder<Schema, 'accounts', AccountRow>, month: string) {
    return accounts.select([
      'quota_limit',
      sql<number>`coalesce((select usage from quota_months m where m.account_id = accounts.id and m.month = ${`${month}-01`}::date), 0)`.as(
        'usage',
      ),
      sql<number>`(select count(*) from tasks t where t.account_id = accounts.id and t.worker_id is not null)`.as(
        'running',
      ),
      sql<number>`(select count(*) from tasks t where t.account_id = accounts.id and t.worker_id is null)`.as(
        'waiting',
      ),
    ]);
  }

  async grants(id: string): Promise<Entitlement> {
    if (!isUuid(id)) throw accountNotFound(id);
    const [row] = (await READ_GRANTS(this.#connection, id)).rows;
    if (row === undefined) throw accountNotFound(id);
    if (row.grant_rule !== null) return { rule: row.grant_rule };
    return row.property_ids === null ? 'all' : PropertyIdSet.decode(row.property_ids);
  }

  async rules(): Promise<readonly string[]> {
    const rows = await this.#connection
      .selectFrom('accounts')
      .select('grant_rule')
      .distinct()
      .where('grant_rule', 'is not', null)
      .where('deleted_at', 'is', null)
      .execute();
    return rows.flatMap(({ grant_rule }) => grant_rule ?? []);
  }

  async linkEpoch(id: string): Promise<number> {
    return (await this.linkTerms(id)).epoch;
  }

  async linkTerms(id: string): Promise<{ readonly epoch: number; readonly isSuspended: boolean }> {
    const row = isUuid(id)
      ? await this.#connection
          .selectFrom('accounts')
          .select(['link_epoch', 'suspended_at'])
          .where('id', '=', id)
          .executeTakeFirst()
      : undefined;
    if (row === undefined) throw accountNotFound(id);
    return { epoch: row.link_epoch, isSuspended: row.suspended_at !== null };
  }

  async advanceLinkEpoch(id: string): Promise<number> {
    const row = isUuid(id)
      ? await this.#connection
          .updateTable('accounts')
          .set((eb) => ({ link_epoch: eb('link_epoch', '+', 1) }))
          .where('id', '=', id)
          .returning('link_epoch')
          .executeTakeFirst()
      : undefined;
    if (row === undefined) throw accountNotFound(id);
    return row.link_epoch;
  }

  async setGrants(id: string, grants: Entitlement): Promise<void> {
    if (!isUuid(id)) throw accountNotFound(id);
    const { numUpdatedRows } = await this.#connection
      .updateTable('accounts')
      .set(toColumns(grants))
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw accountNotFound(id);
  }

  #change(id: string) {
    if (!isUuid(id) || id.toLowerCase() === OPERATORS_ACCOUNT) throw accountNotFound(id);
    return this.#connection.updateTable('accounts').where('id', '=', id).where('deleted_at', 'is', null);
  }

  async rename(id: string, name: string): Promise<void> {
    const { numUpdatedRows } = await this.#change(id).set({ name }).executeTakeFirst();
    if (numUpdatedRows === 0n) throw accountNotFound(id);
  }

  async suspend(id: string, isSuspended: boolean): Promise<boolean> {
    const { numUpdatedRows } = await this.#change(id)
      .set({ suspended_at: isSuspended ? sql<Date>`clock_timestamp()` : null })
      .where('suspended_at', isSuspended ? 'is' : 'is not', null)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) {
      if (isSuspended) await this.#endStreams(id);
      return true;
    }
    const account = await this.get(id);
    if (account === null || account.deletedAt !== null) throw accountNotFound(id);
    return false;
  }

  /** To whatever is open by one of its credentials this is a revocation: it must come back, and is then told why it may not. */
  async #endStreams(id: string): Promise<void> {
    await this.#connection
      .selectFrom('credentials')
      .select(sql<unknown>`pg_notify(${REVOKED}, id::text)`.as('notified'))
      .where('account_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
  }

  async delete(id: string): Promise<void> {
    const now = sql<Date>`clock_timestamp()`;
    const { numUpdatedRows } = await this.#change(id)
      .set({ deleted_at: now, suspended_at: sql<Date>`coalesce(suspended_at, clock_timestamp())` })
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw accountNotFound(id);
    await endAllOf(this.#connection, id);
  }
}
