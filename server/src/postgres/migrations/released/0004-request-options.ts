import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // The defaults are what earlier jobs asked for.
  sql`alter table jobs
    add columns text[],
    add compression text not null default 'none',
    add csv_profile text not null default 'standard',
    add name text`,
  sql`create table idempotency_keys (
    account_id uuid not null,
    key text not null,
    fingerprint bytea not null,
    job_id uuid not null,
    accepted_at timestamptz not null,
    primary key (account_id, key),
    foreign key (account_id, job_id) references jobs on delete cascade
  )`,
  sql`create index idempotency_keys_age on idempotency_keys (accepted_at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
