import { Migrator } from 'kysely';
import { ConveyanceError } from '../core/errors.ts';
import type { Logger } from '../core/ports/logger.ts';
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

function migratorOf(db: Connection, names: readonly string[]): Migrator {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => names.includes(name)));
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: MIGRATIONS_TABLE,
    migrationLockTableName: MIGRATIONS_LOCK_TABLE,
  });
}

/** Makes the schema that exactly these steps make, in a database that has none of them or the first. */
export async function migrateTo(db: Connection, steps: readonly string[]): Promise<readonly string[]> {
  const { error, results } = await migratorOf(db, steps).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map(({ migrationName }) => migrationName);
}

/** Migrates the database to this version: one process at a time, under a lock, all missing migrations in one transaction. */
export async function migrate(db: Connection, log: Logger): Promise<void> {
  await refuseUnusable(db);
  const names = await migrateTo(db, Object.keys(MIGRATIONS));
  if (names.length > 0) log.info('database-migrated', { migrations: names });
}
