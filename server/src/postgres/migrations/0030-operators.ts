import { type Kysely, sql } from 'kysely';

/**
 * Operators have credentials of an account that is no customer's: it may see no property, and the program leaves it out of its lists. So
 * there is one sort of caller, and the audit log, which names an account in every entry, has one for what concerns the whole server.
 */
const STATEMENTS = [
  sql`alter table accounts add suspended_at timestamptz, add deleted_at timestamptz`,
  // Made at the same instant everywhere: a restored database that is brought up to date is what the original would be, to the byte.
  sql`insert into accounts (id, name, property_ids, quota_limit, created_at)
    values ('00000000-0000-4000-8000-000000000000', 'Operators', ''::bytea, 0, 'epoch')`,
  sql`create index accounts_named on accounts (name collate "C", id)`,
  sql`alter table credentials add name text, add expires_at timestamptz, add last_used_at timestamptz, add last_address text`,
  // Over all accounts, the newest first. None of them has a column that progress changes.
  sql`create index jobs_newest_of_all on jobs (created_at desc, id desc)`,
  sql`create index jobs_unended_of_all on jobs (created_at desc, id desc) where ended_revision is null`,
  sql`create index jobs_id on jobs (id)`,
  sql`create index deliveries_failed on deliveries (created_at desc, id desc) where state = 'failed'`,
  sql`create index deliveries_id on deliveries (id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
