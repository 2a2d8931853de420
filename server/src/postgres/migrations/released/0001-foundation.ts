import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table accounts (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null default clock_timestamp(),
    property_ids bytea,
    served_at timestamptz
  )`,
  sql`create table credentials (
    id uuid primary key,
    account_id uuid not null references accounts,
    kind text not null check (kind in ('key', 'token')),
    access_key text unique,
    secret_hash bytea not null,
    scopes text[] not null,
    created_at timestamptz not null default clock_timestamp(),
    revoked_at timestamptz,
    check ((kind = 'key') = (access_key is not null))
  )`,
  sql`create unique index credentials_token on credentials (secret_hash) where kind = 'token'`,
  sql`create index credentials_account on credentials (account_id)`,
  sql`create table data_versions (
    version bigint primary key,
    committed_at timestamptz not null default clock_timestamp(),
    tables jsonb not null,
    property_ids bytea not null
  )`,
  // No index holds a column that progress changes, and pages keep room: a progress write is a HOT update, which touches no index.
  sql`create table jobs (
    account_id uuid not null references accounts,
    id uuid not null,
    report_type text not null,
    output_format text not null,
    start_date date not null,
    end_date date not null,
    property_count integer not null,
    callback_url text,
    credential_id uuid not null references credentials,
    data_version bigint not null,
    status text not null default 'submitted' check (status in ('submitted', 'succeeded', 'failed', 'cancelled')),
    attempt integer not null default 0,
    phase text not null default 'queued',
    rows_written bigint not null default 0,
    rows_total bigint,
    failure_code text,
    failure_message text,
    result jsonb,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    expires_at timestamptz,
    files_deleted_at timestamptz,
    primary key (account_id, id),
    check ((status = 'submitted') = (finished_at is null)),
    check ((status = 'succeeded') = (result is not null)),
    check ((status = 'failed') = (failure_code is not null))
  ) with (fillfactor = 70)`,
  sql`create index jobs_newest on jobs (account_id, created_at desc, id desc)`,
  sql`create index jobs_unfinished on jobs (data_version) where status = 'submitted'`,
  sql`create index jobs_expiring on jobs (expires_at) where expires_at is not null and files_deleted_at is null`,
  sql`create index jobs_result on jobs ((result ->> 'key')) where result is not null and files_deleted_at is null`,
  // Beside the job: a million ids are 2 MB, and every change of the job's row would have to copy them.
  sql`create table job_property_ids (
    account_id uuid not null,
    job_id uuid not null,
    property_ids bytea not null,
    primary key (account_id, job_id),
    foreign key (account_id, job_id) references jobs on delete cascade
  )`,
  // The encoding is compact already; compressing it again costs time and saves nothing.
  sql`alter table job_property_ids alter property_ids set storage external`,
  // A task runs while it has a worker. The lease is in no index, so that renewing it is a HOT update.
  sql`create table tasks (
    id bigint generated always as identity primary key,
    kind text not null,
    account_id uuid not null,
    job_id uuid not null,
    attempt integer not null default 0,
    due_at timestamptz not null default clock_timestamp(),
    worker_id text,
    lease_until timestamptz,
    unique (account_id, job_id, kind),
    foreign key (account_id, job_id) references jobs on delete cascade,
    check ((worker_id is null) = (lease_until is null))
  ) with (fillfactor = 70)`,
  sql`create index tasks_waiting on tasks (account_id, id) where worker_id is null`,
  sql`create index tasks_running on tasks (account_id) where worker_id is not null`,
  // Not unique by property: a provider may give a property a new key, and the old one is remembered too.
  sql`create table source_ids (
    source_id text primary key,
    property_id bigint not null
  )`,
  sql`create table highest_property_id (
    only_row boolean primary key default true check (only_row),
    highest bigint
  )`,
  sql`insert into highest_property_id default values`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
