import { type Kysely, sql } from 'kysely';

/** Windows are moments long, and the table is unlogged: adding a column may discard its rows. */
const STATEMENTS = [
  sql`truncate rate_windows`,
  sql`alter table rate_windows add door text not null default 'bulk'`,
  sql`alter table rate_windows drop constraint rate_windows_pkey, add primary key (credential_id, door)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
