import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table feed_secrets (
    feed_id uuid primary key references feeds (id) on delete cascade,
    sealed bytea not null
  )`,
  sql`alter table remote_loads add column addresses text[] not null default '{}'`,
  sql`create table remote_load_secrets (
    load_id uuid primary key references remote_loads (id) on delete cascade,
    sealed bytea not null
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
