import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // A search continues, page by page, over the data that it began with, for as long as its token is valid.
  sql`create table kept_versions (
    version bigint primary key references data_versions on delete cascade,
    until timestamptz not null
  )`,
  // A single property that is read belongs to no job.
  sql`alter table audit_log alter job_id drop not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
