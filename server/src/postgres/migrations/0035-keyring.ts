import { type Kysely, sql } from 'kysely';

/**
 * The keys of all purposes, each sealed by the master key, so that either can be changed without the other. Which master key it is says one
 * row; a node says which ones it has, so that none is left behind by a change. The rows are made by the first start, which has the master key.
 */
const STATEMENTS = [
  sql`create table keyring (
    is_only boolean primary key default true check (is_only),
    master_key_id text not null,
    sealed_at timestamptz not null default clock_timestamp()
  )`,
  sql`create table keyring_keys (
    purpose text not null,
    version integer not null check (version > 0),
    sealed bytea not null,
    is_derived boolean not null,
    made_at timestamptz not null default clock_timestamp(),
    signs_at timestamptz not null,
    ends_at timestamptz,
    primary key (purpose, version)
  )`,
  sql`alter table nodes add master_key_ids text[] not null default '{}'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
