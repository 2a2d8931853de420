import { setTimeout as delay } from 'node:timers/promises';
import { type Migration, Migrator, sql } from 'kysely';
import { ConveyanceError } from '../core/errors.ts';
import type { Logger } from '../core/ports/logger.ts';
import { hasCode } from './connection/error-codes.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Connection } from './tables/schema.ts';

export const MIGRATIONS_TABLE = 'conveyance_migrations';
export const MIGRATIONS_LOCK_TABLE = `${MIGRATIONS_TABLE}_lock`;
/** There while a restore fills the database. */
export const RESTORE_MARK = 'conveyance_restore';

/** Those that this version does not have. */
export function unknownSteps(names: readonly string[]): readonly string[] {
  return names.filter((name) => !Object.hasOwn(MIGRATIONS, name));
}

async function refuseUnusable(db: Connection): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.some(({ name }) => name === RESTORE_MARK)) {
    throw new ConveyanceError(
      'bad_setting',
      'A restore into this database was broken off, or is still running. If none runs, start it again: it goes on where it was',
    );
  }
  if (!tables.some(({ name }) => name === MIGRATIONS_TABLE)) return;
  const executed = await db
    .withTables<{ [MIGRATIONS_TABLE]: { name: string } }>()
    .selectFrom(MIGRATIONS_TABLE)
    .select('name')
    .execute();
  const unknown = unknownSteps(executed.map(({ name }) => name));
  if (unknown.length === 0) return;
  throw new ConveyanceError(
    'bad_setting',
    `The database was opened by a newer version of Conveyance (it has ${unknown.join(', ')}), and no version goes back: install that version again, restore a backup of before the upgrade into an empty place, or set another database`,
  );
}

/**
 * How long the locks of a migration are waited for in all. Nodes of the release before work meanwhile: after a second of waiting, PostgreSQL
 * looks for a deadlock, and it is the node whose transaction would be broken off.
 */
const LOCKS_MS = 700;
const AGAIN_MS = 250;
const PATIENCE_MS = 300_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Takes every table of ours before the first is changed, so that nothing is waited for while others wait for us. */
async function takeTables(db: Connection): Promise<void> {
  const deadline = performance.now() + LOCKS_MS;
  // In a database that others use too, theirs are in other schemas, or not this role's.
  const { rows } = await sql<{ name: string }>`select relname as name from pg_class
    where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace
      and pg_get_userbyid(relowner) = current_user
    order by relname`.execute(db);
  for (const { name } of rows) {
    const left = Math.max(1, Math.round(deadline - performance.now()));
    await sql`select set_config('lock_timeout', ${`${left}ms`}, true)`.execute(db);
    await sql`lock table ${sql.table(name)} in access exclusive mode`.execute(db);
  }
  await sql`set local lock_timeout to default`.execute(db);
}

/** The first of them that is to be done has the tables taken. */
function withTables(migrations: Readonly<Record<string, Migration>>): Record<string, Migration> {
  let areTaken = false;
  const entries = Object.entries(migrations).map(([name, { up }]): [string, Migration] => [
    name,
    {
      async up(db) {
        if (!areTaken) await takeTables(db);
        areTaken = true;
        await up(db);
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function migratorOf(db: Connection, names: readonly string[]): Migrator {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => names.includes(name)));
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(withTables(migrations)) },
    migrationTableName: MIGRATIONS_TABLE,
    migrationLockTableName: MIGRATIONS_LOCK_TABLE,
  });
}

/** Makes the schema that exactly these steps make, in a database that has none of them or the first. */
export async function migrateTo(db: Connection, steps: readonly string[]): Promise<readonly string[]> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const { error, results } = await migratorOf(db, steps).migrateToLatest();
    if (error === undefined) return (results ?? []).map(({ migrationName }) => migrationName);
    if (!hasCode(error, LOCK_NOT_AVAILABLE)) throw error;
    if (performance.now() > deadline) {
      throw new ConveyanceError(
        'unavailable',
        'The schema cannot be brought up to date: other sessions hold its tables, such as a backup that is being made. Start again when they have ended',
        { cause: error },
      );
    }
    await delay(AGAIN_MS);
  }
}

/** Migrates the database to this version: one process at a time, under a lock, all missing migrations in one transaction. */
export async function migrate(db: Connection, log: Logger): Promise<void> {
  await refuseUnusable(db);
  const names = await migrateTo(db, Object.keys(MIGRATIONS));
  if (names.length > 0) log.info('database-migrated', { migrations: names });
}
