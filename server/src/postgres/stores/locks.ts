import { sql } from 'kysely';
import { statement } from '../connection/statement.ts';
import type { Connection } from '../tables/schema.ts';

/** Advisory locks of the database: one number of ours, then what is locked. */
const OURS = 0x636f6e76;
const LOCKS = {
  claim: 1,
  warehouse: 2,
  deliveries: 3,
  backup: 4,
  oneBackup: 5,
  uploads: 6,
  keyring: 8,
  feeds: 9,
} as const;
/** Shared by the session of each backup that runs. */
export const BACKUP_LOCK = [OURS, LOCKS.backup] as const;
/** Of the one session that may make a backup. */
export const ONE_BACKUP_LOCK = [OURS, LOCKS.oneBackup] as const;

const LOCK = statement('lock', 'select pg_advisory_xact_lock($1::int, $2::int)');

/**
 * Held until the transaction ends. A statement sees what was committed when it began, so the lock is a statement of its own: what is
 * decided under it must be read by a later one. (Measured: locked and counted in one statement, a cap of 2 ran 4 at a time.)
 */
export async function lock(transaction: Connection, name: keyof typeof LOCKS): Promise<void> {
  await LOCK(transaction, OURS, LOCKS[name]);
}

/** For what takes as long as it takes: a load, or a sweep of many rows. Lifts the limit of the pool until the transaction ends. */
export async function unhurried(transaction: Connection): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(transaction);
}

/** True while a backup runs. */
export async function backupRuns(connection: Connection): Promise<boolean> {
  const { rows } = await sql<{ runs: boolean }>`
    select exists (
      select from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory' and datname = current_database() and mode = 'ShareLock' and granted
        and classid = ${OURS}::bigint::oid and objid = ${LOCKS.backup}::bigint::oid and objsubid = 2
    ) as runs`.execute(connection);
  return rows[0]?.runs ?? false;
}

/** Takes the backup's lock for itself until the transaction ends, unless a backup runs: one that begins waits for that end. */
export async function keepBackupsOut(transaction: Connection): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${OURS}::int, ${LOCKS.backup}::int) as locked`.execute(transaction);
  return rows[0]?.locked ?? false;
}

/**
 * Takes the lock of that name until the transaction ends, or says immediately that another has it. Named locks are numbers of 64 bits,
 * which the database keeps separate from the pairs above; the chance that two names share one is negligible.
 */
export async function tryLock(transaction: Connection, name: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, ${OURS})) as locked`.execute(transaction);
  return rows[0]?.locked ?? false;
}
