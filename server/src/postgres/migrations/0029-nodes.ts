import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Which processes are there. A report changes no indexed column, so with room in the page it makes no work for an index.
  sql`create table nodes (
    id text primary key,
    role text not null check (role in ('all', 'api', 'worker')),
    host text not null check (length(host) <= 255),
    pid integer not null,
    release text not null check (length(release) <= 64),
    slots integer not null,
    started_at timestamptz not null default clock_timestamp(),
    heard_at timestamptz not null default clock_timestamp(),
    draining_since timestamptz
  ) with (fillfactor = 50)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
