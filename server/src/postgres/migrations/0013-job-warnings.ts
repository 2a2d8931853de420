import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Earlier jobs were accepted without a word.
  await sql`alter table jobs add warnings text[] not null default '{}'`.execute(db);
}
