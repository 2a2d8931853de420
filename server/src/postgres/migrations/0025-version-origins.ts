import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // What a version came of: read with it, and never searched.
  sql`alter table data_versions add column origin jsonb`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
