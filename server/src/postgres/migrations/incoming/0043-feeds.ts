import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table feeds (
    id uuid primary key,
    name text not null unique,
    rule jsonb not null,
    sources text[] not null,
    request jsonb not null,
    grace_minutes integer not null check (grace_minutes > 0),
    made_by text not null,
    created_at timestamptz not null default clock_timestamp(),
    paused_at timestamptz,
    planned_at timestamptz not null,
    due_at timestamptz not null,
    attempt integer not null default 0,
    lease_until timestamptz,
    state text not null default 'waiting' check (state in ('waiting', 'late', 'loaded', 'unchanged', 'failed')),
    ended_at timestamptz
  )`,
  sql`create index feeds_due on feeds (due_at) where paused_at is null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
