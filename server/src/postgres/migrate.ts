import { Migrator } from 'kysely';
import { ConveyanceError } from '../core/errors.ts';
import type { Logger } from '../core/ports/logger.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Connection } from './tables/schema.ts';

const TABLE = 'conveyance_migrations';

/** Migrations that ran and that this version does not have. */
async function findUnknown(db: Connection): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === TABLE)) return [];
  const executed = await db.withTables<{ [TABLE]: { name: string } }>().selectFrom(TABLE).select('name').execute();
  return executed.map(({ name }) => name).filter((name) => !Object.hasOwn(MIGRATIONS, name));
}

/** Migrates the database to this version: one process at a time, under a lock, all missing migrations in one transaction. */
export async function migrate(db: Connection, log: Logger): Promise<void> {
  const unknown = await findUnknown(db);
  if (unknown.length > 0) {
    throw new ConveyanceError(
      'bad_setting',
      `The database was created by a newer version of Conveyance (it has ${unknown.join(', ')}): install that version, or set DATABASE_URL to another database`,
    );
  }
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  const names = (results ?? []).map(({ migrationName }) => migrationName);
  if (names.length > 0) log.info('database-migrated', { migrations: names });
}
