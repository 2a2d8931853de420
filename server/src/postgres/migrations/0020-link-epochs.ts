import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A link carries the number under its signature: one more, and every link of before is refused.
  await sql`alter table accounts add link_epoch integer not null default 0 check (link_epoch >= 0)`.execute(db);
}
