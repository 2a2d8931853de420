import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`alter table jobs add started_at timestamptz, add revision bigint, add ended_revision bigint`,
  sql`update jobs set revision = extract(epoch from updated_at) * 1000000`,
  sql`update jobs set ended_revision = revision where status <> 'submitted'`,
  sql`alter table jobs alter revision set not null`,
  // A trigger, so that no writer of a job can forget to number and announce its change. The number is the time in microseconds: a
  // counter would show every account how busy the others are, and one per account would make its jobs wait for each other.
  sql`create function tell_job_change() returns trigger language plpgsql as $$
    begin
      new.revision := greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint, old.revision + 1);
      if new.status <> 'submitted' then
        new.ended_revision := new.revision;
      end if;
      perform pg_notify('job-changed', new.account_id || '/' || new.id);
      return new;
    end $$`,
  sql`create trigger jobs_change before insert or update of status, attempt, phase, rows_written, rows_total on jobs
    for each row execute function tell_job_change()`,
  // Neither index holds the revision of a job that runs: a progress write stays a HOT update.
  sql`create index jobs_ended on jobs (account_id, ended_revision) where ended_revision is not null`,
  sql`create index jobs_unended on jobs (account_id) where ended_revision is null`,
  // Without references: an entry outlives what it tells about.
  sql`create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    event text not null,
    account_id uuid not null,
    credential_id text,
    job_id uuid not null,
    address text,
    property_count integer,
    property_ids_sha256 text
  )`,
  sql`create index audit_log_account on audit_log (account_id, id)`,
  sql`create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'the audit log is append-only: % is refused', tg_op;
    end $$`,
  sql`create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_audit_change()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
