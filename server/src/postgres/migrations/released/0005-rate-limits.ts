import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Unlogged: after a crash every credential has its whole minute again, and no request waits for a disk. One row per credential.
  sql`create unlogged table rate_windows (
    credential_id uuid primary key,
    window_number bigint not null,
    taken integer not null,
    granted integer not null
  ) with (fillfactor = 50)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
