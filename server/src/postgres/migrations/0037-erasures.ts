import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Persons who were erased. The row of a run says how far it came: one that was cut is found by the next.
  sql`create table erasures (
    id bigint generated always as identity primary key,
    by text,
    began_at timestamptz not null default clock_timestamp(),
    versions_dropped_at timestamptz,
    ended_at timestamptz
  )`,
  // What may not come back, as keyed hashes. The sieve lets the engine find the few values that may be meant, without the key.
  sql`create table erased_values (
    hash bytea primary key check (length(hash) = 32),
    sieve text not null check (length(sieve) = 3),
    erasure_id bigint not null references erasures
  )`,
  sql`alter table jobs add column erased_at timestamptz`,
  // Attempts at a job over data that is no more: they are not the job's fault, and their numbers are not given again.
  sql`alter table tasks add column forgiven integer not null default 0`,
  // Up to which erasure a node has let go of what it had copied.
  sql`alter table nodes add column erasure_id bigint not null default 0`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
