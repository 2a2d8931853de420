/** Rows of a provider’s database: all of one moment, or in the order of a column, from which reading can go on. */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';
import {
  type FetchedFile,
  SourceBroke,
  type SourceLayout,
  type SourceReader,
  type SourceRequest,
  type SourceStaging,
  type SourceWriter,
} from '../../core/sources/load-sources.ts';
import { type DatabaseReading, withDatabase } from './connection.ts';
import { findLogin, judgeAddress, type Login, shownDatabase, withLogin } from './login.ts';
import {
  type Asked,
  ask,
  askedQuery,
  askedTable,
  BatchSize,
  type Cells,
  columnsOf,
  csvOf,
  requireColumn,
} from './rows.ts';

/** In a row, without a row that arrived. */
const MOST_BREAKS = 6;
const LAYOUT: SourceLayout = { encoding: 'utf-8', delimiter: ',', quote: '"', headerLine: 1 };

class DatabaseSource implements SourceReader {
  readonly address: string;
  readonly #request: SourceRequest;
  readonly #reading: DatabaseReading;

  constructor(request: SourceRequest, url: URL, reading: DatabaseReading) {
    this.#request = request;
    this.#reading = reading;
    this.address = shownDatabase(url);
  }

  complete(): Promise<SourceRequest> {
    return withLogin(this.#request, this.#reading.environment);
  }

  async read(staging: SourceStaging): Promise<readonly FetchedFile[]> {
    const login = await findLogin(this.#request, this.#reading.environment);
    const { cursor } = this.#request;
    return cursor === undefined ? this.#atOneMoment(login, staging) : this.#inOrder(login, cursor, staging);
  }

  #asked(client: pg.Client): readonly Asked[] {
    const { query, tables = [] } = this.#request;
    return query === undefined ? tables.map((table) => askedTable(client, table)) : [askedQuery(query)];
  }

  #connected<Result>(
    login: Login,
    { signal }: SourceStaging,
    work: (client: pg.Client) => Promise<Result>,
  ): Promise<Result> {
    return withDatabase(login, this.#reading, { address: this.address, signal }, work);
  }

  #fileOf({ name }: Asked, path: string, bytes: number, snapshot: string | null): FetchedFile {
    const facts = { etag: null, version: null, snapshot, isOneMoment: snapshot !== null };
    return { path, address: `${this.address}/${name}`, bytes, ...facts, layout: LAYOUT };
  }

  /** All of it in one transaction: where the connection breaks, its moment is gone. */
  #atOneMoment(login: Login, staging: SourceStaging): Promise<readonly FetchedFile[]> {
    return this.#connected(login, staging, async (client) => {
      await client.query('begin isolation level repeatable read read only');
      const { rows } = await client.query<{ snapshot: string }>('select txid_current_snapshot()::text as snapshot');
      const files: FetchedFile[] = [];
      for (const asked of this.#asked(client)) {
        const file = await staging.create(`database/${asked.name}.csv`);
        const path = await written(file, () => copyRows(client, asked, file));
        files.push(this.#fileOf(asked, path, file.bytes, rows[0]?.snapshot ?? ''));
      }
      await client.query('commit');
      return files;
    });
  }

  async #inOrder(login: Login, cursor: string, staging: SourceStaging): Promise<readonly FetchedFile[]> {
    const all = await this.#connected(login, staging, async (client) => this.#asked(client));
    const files: FetchedFile[] = [];
    for (const asked of all) {
      const file = await staging.create(`database/${asked.name}.csv`);
      const pages = new Pages(asked, cursor, file);
      const path = await written(file, () => this.#allPages(login, pages, staging));
      files.push(this.#fileOf(asked, path, file.bytes, null));
    }
    return files;
  }

  /** As often as the connection breaks, from behind the last row that arrived. */
  async #allPages(login: Login, pages: Pages, staging: SourceStaging): Promise<void> {
    for (let tries = 1; ; ) {
      const before = pages.rows;
      try {
        await this.#connected(login, staging, (client) => pages.readOn(client));
        return;
      } catch (error) {
        tries = pages.rows > before ? 1 : tries + 1;
        if (!(error instanceof SourceBroke) || tries > MOST_BREAKS) throw error;
      }
      await delay(this.#reading.firstPauseMs * 2 ** (tries - 1), undefined, { signal: staging.signal });
    }
  }
}

/** The file, whole or abandoned. */
async function written(file: SourceWriter, work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}

async function copyRows(client: pg.Client, asked: Asked, file: SourceWriter): Promise<void> {
  const { names, list } = await columnsOf(client, asked);
  await file.write(csvOf([names]));
  await ask(client, `declare asked_rows no scroll cursor for select ${list} from ${asked.from} as asked`);
  const size = new BatchSize();
  for (;;) {
    const { rows } = await ask<(string | null)[]>(client, `fetch forward ${size.rows} from asked_rows`);
    if (rows.length === 0) break;
    const piece = csvOf(rows);
    size.learn(rows.length, piece.length);
    await file.write(piece);
  }
  await client.query('close asked_rows');
}

/** Rows in the order of a column, whose last value says where to go on. */
class Pages {
  readonly #asked: Asked;
  readonly #cursor: string;
  readonly #file: SourceWriter;
  readonly #size = new BatchSize();
  #last: string | null = null;
  rows = 0;

  constructor(asked: Asked, cursor: string, file: SourceWriter) {
    this.#asked = asked;
    this.#cursor = cursor;
    this.#file = file;
  }

  #refuse(what: string): never {
    throw new ConveyanceError(
      'load_refused',
      `${this.#asked.name}: column ${this.#cursor} ${what}, so that reading could not go on by it`,
    );
  }

  async readOn(client: pg.Client): Promise<void> {
    const columns = await columnsOf(client, this.#asked);
    const at = requireColumn(columns, this.#cursor);
    const column = `asked.${client.escapeIdentifier(this.#cursor)}`;
    const { from } = this.#asked;
    if (this.#file.bytes === 0) {
      const empty = await ask<[boolean]>(
        client,
        `select exists (select from ${from} as asked where ${column} is null)`,
      );
      if (empty.rows[0]?.[0]) this.#refuse('is empty in some rows');
      await this.#file.write(csvOf([columns.names]));
    }
    for (;;) {
      // The last row comes again: what has the same value would else be passed over unseen.
      const since = this.#last === null ? '' : `where ${column} >= cast($1 as ${columns.types.get(this.#cursor)})`;
      const text = `select ${columns.list} from ${from} as asked ${since} order by ${column} limit ${this.#size.rows + 1}`;
      const { rows } = await ask<(string | null)[]>(client, text, this.#last === null ? [] : [this.#last]);
      const fresh = rows[0]?.[at] === this.#last ? rows.slice(1) : rows;
      if (fresh.length === 0) return;
      await this.#take(fresh, at);
    }
  }

  async #take(rows: readonly Cells[], at: number): Promise<void> {
    let last = this.#last;
    for (const row of rows) {
      const value = row[at] ?? null;
      if (value === last) this.#refuse('has the same value in several rows');
      last = value;
    }
    const piece = csvOf(rows);
    await this.#file.write(piece);
    this.#size.learn(rows.length, piece.length);
    this.#last = last;
    this.rows += rows.length;
  }
}

/** Judged without asking anybody. Throws `load_refused`. */
export function openDatabaseSource(request: SourceRequest, url: URL, reading: DatabaseReading): SourceReader {
  judgeAddress(url);
  const { query, tables = [] } = request;
  const address = shownDatabase(url);
  if (query !== undefined && tables.length > 0) {
    throw new ConveyanceError('load_refused', `${address}: a query or tables, not both`);
  }
  if (query === undefined && tables.length === 0) {
    throw new ConveyanceError(
      'load_refused',
      `${address}: nothing says which rows: --source-table NAME, --query SQL, or --table for a table of the same name`,
    );
  }
  const names = tables.map((table) => table.split('.').at(-1));
  if (new Set(names).size < names.length) {
    throw new ConveyanceError(
      'load_refused',
      `${address}: two of the tables have the same name; load one after the other`,
    );
  }
  return new DatabaseSource(request, url, reading);
}
