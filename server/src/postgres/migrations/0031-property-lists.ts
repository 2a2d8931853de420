import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table property_lists (
    account_id uuid not null references accounts,
    id uuid not null,
    name text not null,
    name_key text not null,
    filter text,
    property_ids bytea,
    property_count integer,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (account_id, id),
    unique (account_id, name_key),
    check ((filter is null) = (property_ids is not null)),
    check ((property_ids is null) = (property_count is null))
  )`,
  // Out of line they are not read with the rest, and they are already compact.
  sql`alter table property_lists alter property_ids set storage external`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
