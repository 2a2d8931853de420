import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table load_history (
    number bigint generated always as identity primary key,
    origin text not null check (origin in ('command', 'upload', 'watch', 'feed')),
    by text,
    note text,
    sources text[] not null,
    source_count integer not null,
    mapping text,
    feed text,
    mark text,
    began_at timestamptz not null default clock_timestamp(),
    heard_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    version bigint,
    unchanged bigint,
    tables jsonb not null default '[]',
    layouts jsonb not null default '[]',
    rejected bigint not null default 0,
    reject_sums jsonb not null default '[]',
    failure text,
    rejects_key text unique,
    rejects_kept bigint not null default 0
  )`,
  sql`create index load_history_began on load_history (began_at)`,
  sql`create index load_history_mark on load_history (mark) where mark is not null`,
  // Who may load the files of a watched folder.
  sql`create table load_leases (
    name text primary key,
    holder uuid not null,
    until timestamptz not null
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
