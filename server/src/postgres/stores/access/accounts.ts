import { sql } from 'kysely';
import type { Account } from '../../../core/access.ts';
import { ConveyanceError } from '../../../core/errors.ts';
import { isUuid } from '../../../core/ids/job-id.ts';
import { PropertyIdSet } from '../../../core/ids/property-ids.ts';
import type { AccountStore, Grants } from '../../../core/ports/database/accounts.ts';
import { statement } from '../../connection/statement.ts';
import type { Connection } from '../../tables/schema.ts';

const ALL_PROPERTIES = sql<boolean>`property_ids is null`.as('all_properties');

const READ_GRANTS = statement<{ readonly property_ids: Uint8Array | null }>(
  'read-grants',
  'select property_ids from accounts where id = $1',
);

interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly all_properties: boolean;
}

function toAccount({ id, name, created_at, all_properties }: AccountRow): Account {
  return { id, name, createdAt: created_at, allProperties: all_properties };
}

function toColumn(grants: Grants): Uint8Array | null {
  return grants === 'all' ? null : grants.encode();
}

function accountNotFound(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no account ${id}`);
}

export class PostgresAccounts implements AccountStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create({ id, name, grants }: { id: string; name: string; grants: Grants }): Promise<Account> {
    const row = await this.#connection
      .insertInto('accounts')
      .values({ id, name, property_ids: toColumn(grants) })
      .returning(['id', 'name', 'created_at', ALL_PROPERTIES])
      .executeTakeFirstOrThrow();
    return toAccount(row);
  }

  /** Without the set itself, which may be megabytes. */
  #accounts() {
    return this.#connection.selectFrom('accounts').select(['id', 'name', 'created_at', ALL_PROPERTIES]);
  }

  async get(id: string): Promise<Account | null> {
    if (!isUuid(id)) return null;
    const row = await this.#accounts().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toAccount(row);
  }

  async list(): Promise<readonly Account[]> {
    const rows = await this.#accounts().orderBy(sql`name collate "C"`).orderBy('id').execute();
    return rows.map(toAccount);
  }

  async grants(id: string): Promise<Grants> {
    if (!isUuid(id)) throw accountNotFound(id);
    const [row] = (await READ_GRANTS(this.#connection, id)).rows;
    if (row === undefined) throw accountNotFound(id);
    return row.property_ids === null ? 'all' : PropertyIdSet.decode(row.property_ids);
  }

  async linkEpoch(id: string): Promise<number> {
    const row = isUuid(id)
      ? await this.#connection.selectFrom('accounts').select('link_epoch').where('id', '=', id).executeTakeFirst()
      : undefined;
    if (row === undefined) throw accountNotFound(id);
    return row.link_epoch;
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

  async setGrants(id: string, grants: Grants): Promise<void> {
    if (!isUuid(id)) throw accountNotFound(id);
    const { numUpdatedRows } = await this.#connection
      .updateTable('accounts')
      .set({ property_ids: toColumn(grants) })
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw accountNotFound(id);
  }
}
