import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // A schedule repeats its own ids, a list, or everything that the account may see. The reference keeps a list as long as it is used.
  sql`alter table schedules
    add list_id uuid,
    add all_properties boolean not null default false,
    add foreign key (account_id, list_id) references property_lists,
    add check (list_id is null or not all_properties)`,
  sql`create index schedules_by_list on schedules (account_id, list_id) where list_id is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
