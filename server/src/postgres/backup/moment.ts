/** The database at one moment, as rows in COPY's text form, packed with gzip: any PostgreSQL reads them. */
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to } from 'pg-copy-streams';
import { ConveyanceError } from '../../core/errors.ts';
import type { JobKey } from '../../core/job.ts';
import type { BackupSource, DatabaseMoment, ErasedEntry } from '../../core/ports/backup.ts';
import type { SourceFile } from '../../core/ports/store.ts';
import { type ConnectionOptions, clientConfig } from '../connection/pool.ts';
import { ScramClient } from '../connection/scram-client.ts';
import { MIGRATIONS_TABLE, unknownSteps } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { BACKUP_LOCK, ONE_BACKUP_LOCK } from '../stores/locks.ts';
import { copied, readSequences, readTables } from './catalog.ts';

/** Text that reads back as the same value wherever it is read. */
export const TEXT_FORMS = `
  set client_encoding = 'UTF8'; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601';
  set bytea_output = 'hex'; set extra_float_digits = 1; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`;

const FAST_GZIP = { level: 3 };

/** Keys and hashes have no character that COPY would escape. */
const FILES = `
  select file ->> 'key', file ->> 'bytes', file ->> 'sha256'
  from (
    select distinct file from data_versions, jsonb_each(tables) as each_table (name, files), jsonb_array_elements(files) as file
    union all
    select file from jobs, jsonb_array_elements(results) as file where results is not null and files_deleted_at is null
  ) as named`;

const WAITING_JOBS = `select account_id, id from jobs where status = 'submitted' and kind <> 'report'`;

const STILL_NAMED = `
  select key from unnest($1::text[]) as key where exists (
    select from jobs where results @> jsonb_build_array(jsonb_build_object('key', key)) and files_deleted_at is null
  )
  union
  select file ->> 'key' from data_versions, jsonb_each(tables) as each_table (name, files), jsonb_array_elements(files) as file
  where file ->> 'key' = any($1::text[])`;

async function* cellsOf(client: pg.ClientBase, query: string): AsyncIterable<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of client.query(to(`copy (${query}) to stdout`))) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.split('\t');
  }
}

async function* filesOf(client: pg.ClientBase): AsyncIterable<SourceFile> {
  for await (const [key = '', bytes, sha256 = ''] of cellsOf(client, FILES))
    yield { key, bytes: Number(bytes), sha256 };
}

async function* waitingJobsOf(client: pg.ClientBase): AsyncIterable<JobKey> {
  for await (const [accountId = '', id = ''] of cellsOf(client, WAITING_JOBS)) yield { accountId, id };
}

async function momentOf(client: pg.ClientBase): Promise<DatabaseMoment> {
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE} order by name`);
  const steps = rows.map(({ name }) => name);
  return {
    steps,
    isCurrent: steps.length === Object.keys(MIGRATIONS).length && unknownSteps(steps).length === 0,
    tables: await readTables(client),
    rows(table) {
      const text = client.query(to(`copy ${copied(client, table)} to stdout`));
      const packed = createGzip(FAST_GZIP);
      text.once('error', (error) => packed.destroy(error));
      return { bytes: text.pipe(packed), count: () => text.rowCount };
    },
    async masterKeyId() {
      const ring = await client.query<{ id: string }>('select master_key_id as id from keyring');
      return ring.rows[0]?.id ?? null;
    },
    files: () => filesOf(client),
    waitingJobs: () => waitingJobsOf(client),
    async erased() {
      const list = await client.query<ErasedEntry>(
        "select encode(hash, 'hex') as hash, sieve from erased_values order by hash",
      );
      return list.rows;
    },
    sequences: () => readSequences(client),
  };
}

/** Two that tidy up one place would delete what the other is about to name. */
async function requireTurn(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    ...ONE_BACKUP_LOCK,
  ]);
  if (rows[0]?.locked) return;
  throw new ConveyanceError('unavailable', 'Another backup of this server is running: wait for its end');
}

/**
 * Holds the objects by an advisory lock of the session, which ends with it: a backup that was killed holds nothing. A sweep that
 * dropped versions before the lock has committed when the lock is granted, so the moment does not see them.
 */
export async function openBackupSource(options: ConnectionOptions): Promise<BackupSource> {
  const client = new ScramClient(clientConfig(options));
  await client.connect();
  try {
    await client.query(TEXT_FORMS);
    await requireTurn(client);
    await client.query('select pg_advisory_lock_shared($1, $2)', [...BACKUP_LOCK]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    async moment(work) {
      await client.query('begin isolation level repeatable read read only');
      const result = await work(await momentOf(client));
      await client.query('commit');
      return result;
    },
    async requireHold() {
      try {
        await client.query('select 1');
      } catch (cause) {
        throw new ConveyanceError(
          'unavailable',
          'The connection to the database was lost, and with it the hold on the objects. Run the backup again: what was copied is not copied a second time',
          { cause },
        );
      }
    },
    async stillNamed(keys) {
      const { rows } = await client.query<{ key: string }>(STILL_NAMED, [keys]);
      return new Set(rows.map(({ key }) => key));
    },
    close: () => client.end(),
  };
}
