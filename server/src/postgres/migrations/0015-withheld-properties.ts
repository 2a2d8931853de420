import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Counted when the account's properties change: a list of schedules must not read millions of ids to tell.
  sql`alter table schedules add column withheld integer not null default 0 check (withheld >= 0)`,
  sql`create index schedules_of_credential on schedules (credential_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
