import { sql } from 'kysely';
import { isUuid } from '../../../core/ids/job-id.ts';
import { isStorable } from '../../../core/input/storable-text.ts';
import {
  foldListName,
  type ListContent,
  listInUse,
  listNameTaken,
  type SavedList,
  type SavedListKey,
} from '../../../core/lists/saved-list.ts';
import { type Page, type PageRequest, pageOffset } from '../../../core/pages.ts';
import type { NewSavedList, SavedListChanges, SavedListStore } from '../../../core/ports/database/lists.ts';
import { noPlaceLeft } from '../../../core/turns/places.ts';
import { atomically } from '../../connection/pipeline.ts';
import type { Connection } from '../../tables/schema.ts';
import { plainBytes } from '../bytes.ts';

/** All but the ids, of which there may be 2 MB. */
const LIST_COLUMNS = ['account_id', 'id', 'name', 'filter', 'property_count', 'created_at', 'updated_at'] as const;

interface ListRow {
  readonly account_id: string;
  readonly id: string;
  readonly name: string;
  readonly filter: string | null;
  readonly property_count: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

function toList(row: ListRow): SavedList {
  return {
    accountId: row.account_id,
    id: row.id,
    name: row.name,
    filter: row.filter,
    propertyCount: row.property_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function nameColumns(name: string) {
  return { name, name_key: foldListName(name) };
}

function contentColumns(content: ListContent) {
  return content.kind === 'filter'
    ? { filter: content.filter, property_ids: null, property_count: null }
    : { filter: null, property_ids: content.propertyIds, property_count: content.propertyCount };
}

/** Held until the transaction ends: of two changes of an account’s lists, and of a new schedule by one, the second sees what the first did. */
async function holdAccount(tx: Connection, accountId: string): Promise<void> {
  await tx.selectFrom('accounts').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
}

async function requireFreeName(tx: Connection, { accountId, id }: SavedListKey, name: string): Promise<void> {
  const taken = await tx
    .selectFrom('property_lists')
    .select('name')
    .where('account_id', '=', accountId)
    .where('name_key', '=', foldListName(name))
    .where('id', '<>', id)
    .executeTakeFirst();
  if (taken !== undefined) throw listNameTaken(taken.name);
}

export class PostgresLists implements SavedListStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  insert(list: NewSavedList, most = Number.POSITIVE_INFINITY): Promise<SavedList> {
    const { accountId, id, name, content } = list;
    return atomically(this.#connection, async (tx) => {
      await holdAccount(tx, accountId);
      await requireFreeName(tx, list, name);
      const { count } = await tx
        .selectFrom('property_lists')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow();
      if (count >= most) throw noPlaceLeft('lists', most);
      const row = await tx
        .insertInto('property_lists')
        .values({ account_id: accountId, id, ...nameColumns(name), ...contentColumns(content) })
        .returning(LIST_COLUMNS)
        .executeTakeFirstOrThrow();
      return toList(row);
    });
  }

  #of(accountId: string) {
    return this.#connection.selectFrom('property_lists').where('account_id', '=', accountId);
  }

  async find(accountId: string, idOrName: string): Promise<SavedList | null> {
    if (!isStorable(idOrName)) return null;
    const all = this.#of(accountId).select(LIST_COLUMNS);
    // No name looks like an id.
    const one = isUuid(idOrName)
      ? all.where('id', '=', idOrName.toLowerCase())
      : all.where('name_key', '=', foldListName(idOrName));
    const row = await one.executeTakeFirst();
    return row === undefined ? null : toList(row);
  }

  async list(accountId: string, request: PageRequest): Promise<Page<SavedList>> {
    const all = this.#of(accountId);
    const { total } = await all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    const rows = await all
      .select(LIST_COLUMNS)
      .orderBy(sql`name_key collate "C"`)
      .limit(request.perPage)
      .offset(pageOffset(request))
      .execute();
    return { items: rows.map(toList), totalCount: total, request };
  }

  async names(accountId: string, limit: number): Promise<readonly string[]> {
    const rows = await this.#of(accountId).select('name').orderBy(sql`name_key collate "C"`).limit(limit).execute();
    return rows.map(({ name }) => name);
  }

  async propertyIds({ accountId, id }: SavedListKey): Promise<Uint8Array | null> {
    const row = await this.#of(accountId).where('id', '=', id).select('property_ids').executeTakeFirst();
    return row?.property_ids ? plainBytes(row.property_ids) : null;
  }

  change(key: SavedListKey, { name, content }: SavedListChanges): Promise<SavedList | null> {
    return atomically(this.#connection, async (tx) => {
      await holdAccount(tx, key.accountId);
      if (name !== undefined) await requireFreeName(tx, key, name);
      const row = await tx
        .updateTable('property_lists')
        .where('account_id', '=', key.accountId)
        .where('id', '=', key.id)
        .set({
          updated_at: sql<Date>`clock_timestamp()`,
          ...(name !== undefined && nameColumns(name)),
          ...(content !== undefined && contentColumns(content)),
        })
        .returning(LIST_COLUMNS)
        .executeTakeFirst();
      return row === undefined ? null : toList(row);
    });
  }

  delete(key: SavedListKey): Promise<SavedList | null> {
    return atomically(this.#connection, async (tx) => {
      await holdAccount(tx, key.accountId);
      const users = await tx
        .selectFrom('schedules')
        .select('id')
        .where('account_id', '=', key.accountId)
        .where('list_id', '=', key.id)
        .orderBy('created_at')
        .execute();
      const list = await new PostgresLists(tx).find(key.accountId, key.id);
      if (list === null) return null;
      if (users.length > 0) {
        throw listInUse(
          list.name,
          users.map(({ id }) => id),
        );
      }
      await tx.deleteFrom('property_lists').where('account_id', '=', key.accountId).where('id', '=', key.id).execute();
      return list;
    });
  }
}
