import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // A try is in progress while there is a claim; `due_at` is then the end of its lease, so a dead worker's delivery becomes due by itself.
  sql`create table deliveries (
    account_id uuid not null references accounts,
    id uuid primary key,
    job_id uuid,
    url text not null,
    host text not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    tries integer not null default 0,
    tries_before integer not null default 0,
    due_at timestamptz not null,
    claim uuid,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    unique (account_id, job_id),
    foreign key (account_id, job_id) references jobs on delete cascade,
    check ((state = 'pending') = (finished_at is null)),
    check (claim is null or state = 'pending')
  )`,
  // In this order a claim steps from one receiver's queue to the next, however long they are.
  sql`create index deliveries_pending on deliveries (account_id, host, due_at, id) where state = 'pending'`,
  sql`create index deliveries_claimed on deliveries (host, account_id) where claim is not null`,
  sql`create index deliveries_newest on deliveries (account_id, created_at desc, id desc)`,
  sql`create index deliveries_finished on deliveries (finished_at) where finished_at is not null`,
  sql`create table delivery_tries (
    delivery_id uuid not null references deliveries on delete cascade,
    number integer not null,
    at timestamptz not null default clock_timestamp(),
    status integer,
    latency_ms integer not null,
    failure text,
    response_head text not null,
    primary key (delivery_id, number)
  )`,
  sql`create index delivery_tries_made on delivery_tries (at)`,
  sql`create table webhook_secrets (
    id bigint generated always as identity primary key,
    account_id uuid not null references accounts,
    sealed bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz
  )`,
  sql`create unique index webhook_secrets_current on webhook_secrets (account_id) where expires_at is null`,
  sql`create index webhook_secrets_account on webhook_secrets (account_id, id desc)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
