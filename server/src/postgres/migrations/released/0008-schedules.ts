import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`create table schedules (
    account_id uuid not null references accounts,
    id uuid not null,
    frequency text not null,
    day_of_month integer,
    weekday text,
    local_time text not null,
    time_zone text not null,
    range text not null,
    range_days integer,
    deadline_hours integer not null,
    on_incomplete text not null,
    report_type text not null,
    output_format text not null,
    columns text[],
    compression text not null,
    csv_profile text not null,
    name text,
    callback_url text,
    property_ids bytea not null,
    property_count integer not null,
    credential_id uuid not null references credentials,
    state text not null default 'active' check (state in ('active', 'paused')),
    next_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (account_id, id),
    check ((frequency = 'monthly') = (day_of_month is not null)),
    check ((frequency = 'weekly') = (weekday is not null)),
    check ((range = 'trailing_n_days') = (range_days is not null)),
    check ((state = 'active') = (next_at is not null))
  )`,
  // Out of line they are not rewritten when the schedule advances; they are already compact.
  sql`alter table schedules alter property_ids set storage external`,
  sql`create index schedules_newest on schedules (account_id, created_at desc, id desc)`,
  sql`create index schedules_due on schedules (next_at) where next_at is not null`,
  // The primary key is what makes an instant run once, whatever else goes wrong.
  sql`create table schedule_runs (
    account_id uuid not null,
    schedule_id uuid not null,
    planned_at timestamptz not null,
    start_date date not null,
    end_date date not null,
    state text not null check (state in ('waiting', 'submitted', 'skipped', 'failed')),
    deadline_at timestamptz not null,
    check_at timestamptz,
    job_id uuid,
    data_complete boolean,
    reason_code text,
    reason text,
    primary key (account_id, schedule_id, planned_at),
    unique (account_id, job_id),
    foreign key (account_id, schedule_id) references schedules on delete cascade,
    foreign key (account_id, job_id) references jobs on delete cascade,
    check ((state = 'waiting') = (check_at is not null)),
    check ((state = 'submitted') = (job_id is not null)),
    check ((job_id is null) = (data_complete is null)),
    check ((reason_code is null) = (reason is null)),
    check (state not in ('skipped', 'failed') or reason is not null)
  )`,
  sql`create index schedule_runs_due on schedule_runs (check_at) where state = 'waiting'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
