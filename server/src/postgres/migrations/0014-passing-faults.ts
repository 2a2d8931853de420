import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // How often an attempt was taken back, or its lease extended, because the database or the store was away.
  sql`alter table tasks add excused integer not null default 0`,
  // When any worker last gave a sign of life. One row for all: it tells that nobody could, which is all that is asked of it.
  sql`create table workers_heard (
    only_row boolean primary key default true check (only_row),
    at timestamptz not null default clock_timestamp()
  ) with (fillfactor = 50)`,
  sql`insert into workers_heard default values`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
