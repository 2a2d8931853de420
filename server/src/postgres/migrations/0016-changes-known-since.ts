import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Rows that were loaded before loads noted the day of a row's last change count as changed on the day of the version that is current now.
  sql`alter table data_versions add column changes_known_since date not null default (timezone('UTC', clock_timestamp()))::date`,
  sql`update data_versions set changes_known_since = (select max(timezone('UTC', committed_at))::date from data_versions)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
