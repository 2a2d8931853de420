import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Files of data on their way from another machine. What was received is here and nowhere else, so that any node can go on.
  sql`create table uploads (
    id uuid primary key,
    credential_id text not null,
    filename text not null,
    length bigint not null check (length >= 0),
    received bigint not null default 0 check (received between 0 and length),
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null
  )`,
  sql`create index uploads_expired on uploads (expires_at)`,
  sql`create table upload_parts (
    upload_id uuid not null references uploads on delete cascade,
    start bigint not null,
    bytes bigint not null check (bytes > 0),
    key text not null unique,
    primary key (upload_id, start)
  )`,
  sql`create table remote_loads (
    id uuid primary key,
    credential_id text not null,
    upload_ids uuid[] not null,
    request jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'running', 'succeeded', 'failed')),
    attempt integer not null default 0,
    lease_until timestamptz,
    stage text,
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    finished_at timestamptz,
    report jsonb,
    failure text,
    rejects_key text unique
  )`,
  sql`create index remote_loads_unended on remote_loads (created_at) where finished_at is null`,
  sql`create index remote_loads_ended on remote_loads (finished_at) where finished_at is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
