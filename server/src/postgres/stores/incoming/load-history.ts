import { type Selectable, sql } from 'kysely';
import type { KeptRejects, LoadHistoryStore, LoadQuery } from '../../../core/ports/database/incoming/load-history.ts';
import type { LoadEnd, LoadRecord, NewLoadRecord } from '../../../core/versions/load-record.ts';
import type { LoadHistoryTable } from '../../tables/load-tables.ts';
import type { Connection } from '../../tables/schema.ts';

const now = sql<Date>`clock_timestamp()`;
const silent = sql<number>`extract(epoch from clock_timestamp() - heard_at)::float8`;

function toRecord(row: Selectable<LoadHistoryTable> & { readonly silent: number }): LoadRecord {
  return {
    number: row.number,
    origin: row.origin,
    by: row.by,
    note: row.note,
    sources: row.sources,
    sourceCount: row.source_count,
    mapping: row.mapping,
    feed: row.feed,
    mark: row.mark,
    beganAt: row.began_at,
    endedAt: row.ended_at,
    silentSeconds: row.silent,
    version: row.version,
    unchanged: row.unchanged,
    tables: row.tables,
    layouts: row.layouts,
    rejected: row.rejected,
    rejectSums: row.reject_sums,
    failure: row.failure,
    rejectsKey: row.rejects_key,
    rejectsKept: row.rejects_kept,
  };
}

export class PostgresLoadHistory implements LoadHistoryStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async begin({ sources, sourceCount, ...load }: NewLoadRecord): Promise<number> {
    const { number } = await this.#connection
      .insertInto('load_history')
      .values({ ...load, sources: [...sources], source_count: sourceCount })
      .returning('number')
      .executeTakeFirstOrThrow();
    return number;
  }

  async beat(number: number): Promise<void> {
    await this.#row(number).set({ heard_at: now }).execute();
  }

  async keepRejects(number: number, { key, rows }: KeptRejects): Promise<void> {
    await this.#row(number).set({ rejects_key: key, rejects_kept: rows }).execute();
  }

  async end(number: number, { tables, layouts, rejectSums, ...end }: LoadEnd): Promise<void> {
    await this.#row(number)
      .where('ended_at', 'is', null)
      .set({
        ...end,
        ended_at: now,
        tables: JSON.stringify(tables),
        layouts: JSON.stringify(layouts),
        reject_sums: JSON.stringify(rejectSums),
      })
      .execute();
  }

  async get(number: number): Promise<LoadRecord | null> {
    const row = await this.#all().where('number', '=', number).executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async storedWith(mark: string): Promise<LoadRecord | null> {
    const row = await this.#all()
      .where('mark', '=', mark)
      .where((either) => either.or([either('version', 'is not', null), either('unchanged', 'is not', null)]))
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : toRecord(row);
  }

  async list({ table, from, until, before, limit }: LoadQuery): Promise<readonly LoadRecord[]> {
    let query = this.#all();
    if (table !== null) {
      query = query.where(sql<boolean>`tables @> ${JSON.stringify([{ table }])}::jsonb`);
    }
    if (from !== null) query = query.where('began_at', '>=', from);
    if (until !== null) query = query.where('began_at', '<', until);
    if (before !== null) query = query.where('number', '<', before);
    return (await query.orderBy('number', 'desc').limit(limit).execute()).map(toRecord);
  }

  async forgetRejects(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await sql`update load_history set rejects_key = null where rejects_key = any(${[...keys]}::text[])`.execute(
      this.#connection,
    );
  }

  async rewrite(number: number, texts: Parameters<LoadHistoryStore['rewrite']>[1]): Promise<void> {
    await this.#row(number)
      .set({
        note: texts.note,
        sources: [...texts.sources],
        layouts: JSON.stringify(texts.layouts),
        reject_sums: JSON.stringify(texts.rejectSums),
        failure: texts.failure,
      })
      .execute();
  }

  async deleteOld(beganBefore: Date, limit: number): Promise<number> {
    const { numAffectedRows = 0n } = await sql`
      with old as materialized (
        select number from load_history where began_at < ${beganBefore}
        order by began_at limit ${limit} for update skip locked
      )
      delete from load_history using old where load_history.number = old.number`.execute(this.#connection);
    return Number(numAffectedRows);
  }

  async take(name: string, holder: string, seconds: number): Promise<boolean> {
    const { rows } = await sql`
      insert into load_leases (name, holder, until)
      values (${name}, ${holder}, clock_timestamp() + make_interval(secs => ${seconds}))
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where load_leases.holder = excluded.holder or load_leases.until < clock_timestamp()
      returning name`.execute(this.#connection);
    return rows.length > 0;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#connection.deleteFrom('load_leases').where('name', '=', name).where('holder', '=', holder).execute();
  }

  #all() {
    return this.#connection.selectFrom('load_history').selectAll().select(silent.as('silent'));
  }

  #row(number: number) {
    return this.#connection.updateTable('load_history').where('number', '=', number);
  }
}
