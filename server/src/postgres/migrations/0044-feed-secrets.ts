import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table feed_secrets (
    feed_id uuid primary key references feeds (id) on delete cascade,
    sealed bytea not null
  )`.execute(db);
}
