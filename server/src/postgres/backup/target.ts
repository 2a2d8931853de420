/** A database that a restore fills: marked from the beginning to the end, so that half of one is never opened. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { from } from 'pg-copy-streams';
import { ConveyanceError } from '../../core/errors.ts';
import type { RestoreTarget, TableFiller } from '../../core/ports/backup.ts';
import { checkServer } from '../connection/check-server.ts';
import { type ConnectionOptions, createPool, SETUP_POOL, waitUntilReady } from '../connection/pool.ts';
import { migrateTo, RESTORE_MARK, unknownSteps } from '../migrate.ts';
import type { Schema } from '../tables/schema.ts';
import { copied, readTables } from './catalog.ts';
import { TEXT_FORMS } from './moment.ts';

const TABLE_NAMES = `
  select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')`;

/** What the master key, and all under it, has made: of the keyring the next start makes another. */
const SEALED_OR_HASHED = [
  ...['sessions', 'invitations', 'webhook_secrets', 'feed_secrets', 'erased_values'],
  ...['keyring_keys', 'keyring'],
];

/** Triggers would number, announce and refuse what they see; keys and references stay checked. */
async function switchTriggers(
  client: pg.ClientBase,
  tables: readonly string[],
  to: 'enable' | 'disable',
): Promise<void> {
  for (const name of tables) await client.query(`alter table ${client.escapeIdentifier(name)} ${to} trigger user`);
}

function fillerOf(client: pg.ClientBase): TableFiller {
  return {
    async fill(table, rows) {
      const copy = client.query(from(`copy ${copied(client, table)} from stdin`));
      await pipeline(Readable.from(rows, { objectMode: false }), createGunzip(), copy);
      return copy.rowCount;
    },
    async continueSequence({ name, last, isCalled }) {
      await client.query('select setval(quote_ident($1)::regclass, $2::bigint, $3)', [name, last, isCalled]);
    },
    async forgetSecrets() {
      for (const table of SEALED_OR_HASHED) {
        // A backup of an earlier release does not have all of them.
        const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [table]);
        if (rows[0]?.there) await client.query(`delete from ${table}`);
      }
      const { rowCount } = await client.query(
        'update credentials set revoked_at = clock_timestamp() where revoked_at is null',
      );
      return rowCount ?? 0;
    },
  };
}

/** One transaction. @param work must fill every table. */
async function fillTables(pool: pg.Pool, work: (filler: TableFiller) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(TEXT_FORMS.replaceAll('set ', 'set local '));
    const tables = (await readTables(client)).map(({ name }) => name);
    await switchTriggers(client, tables, 'disable');
    // Steps of the schema write rows too.
    await client.query(`truncate ${tables.map((name) => client.escapeIdentifier(name)).join(', ')}`);
    await work(fillerOf(client));
    await switchTriggers(client, tables, 'enable');
    await client.query(`drop table ${RESTORE_MARK}`);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

export async function openRestoreTarget(options: ConnectionOptions): Promise<RestoreTarget> {
  const pool = createPool(options, SETUP_POOL);
  try {
    await waitUntilReady(pool, options.log);
    await checkServer(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    async state() {
      const { rows } = await pool.query<{ name: string }>(TABLE_NAMES);
      if (rows.length === 0) return 'empty';
      if (!rows.some(({ name }) => name === RESTORE_MARK)) return 'used';
      const mark = await pool.query<{ backup: string }>(`select backup from ${RESTORE_MARK}`);
      return { unfinished: mark.rows[0]?.backup ?? '' };
    },
    judgeSteps(steps) {
      const unknown = unknownSteps(steps);
      if (unknown.length === 0) return;
      throw new ConveyanceError(
        'backup_unusable',
        `The backup was made by a newer release (its database has ${unknown.join(', ')}): restore it with that release`,
      );
    },
    async begin(backup) {
      await pool.query(`create table if not exists ${RESTORE_MARK} (backup text primary key)`);
      await pool.query(`insert into ${RESTORE_MARK} values ($1) on conflict do nothing`, [backup]);
    },
    async fill(steps, work) {
      await migrateTo(new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }), steps);
      await fillTables(pool, work);
    },
    close: () => pool.end(),
  };
}
