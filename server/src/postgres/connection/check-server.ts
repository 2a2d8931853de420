import type pg from 'pg';
import { ConveyanceError } from '../../core/errors.ts';

const OLDEST_VERSION = 140_000;
const OLDEST_VERSION_NAME = 'PostgreSQL 14';

/** Values under which a committed transaction survives the death of the server and of the machine. */
const SAFE_VALUES: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
};

/** Throws `bad_setting` if the server is too old, `unsafe_database` if it may lose what it has acknowledged. */
export function judgeServer(settings: ReadonlyMap<string, string>): void {
  if (Number(settings.get('server_version_num')) < OLDEST_VERSION) {
    throw new ConveyanceError(
      'bad_setting',
      `The database is PostgreSQL ${settings.get('server_version')}; Conveyance needs ${OLDEST_VERSION_NAME} or later: upgrade it, or set DATABASE_URL to another`,
    );
  }
  for (const [name, safe] of Object.entries(SAFE_VALUES)) {
    const value = settings.get(name) ?? '(unknown)';
    if (safe.includes(value)) continue;
    throw new ConveyanceError(
      'unsafe_database',
      `The database may lose what it has acknowledged: ${name} is ${value}, it must be ${safe.join(' or ')}. Check the server, the database and the role for the setting`,
    );
  }
}

/** Checks the settings that our own sessions have: a role or a database may override them. */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [['server_version_num', 'server_version', ...Object.keys(SAFE_VALUES)]],
  );
  judgeServer(new Map(rows.map(({ name, setting }) => [name, setting])));
}
