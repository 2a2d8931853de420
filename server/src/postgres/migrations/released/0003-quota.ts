import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`alter table accounts add quota_limit bigint check (quota_limit >= 0)`,
  // Also the lock: every change of what counts in a month takes its row first.
  sql`create table quota_months (
    account_id uuid not null references accounts,
    month date not null check (extract(day from month) = 1),
    usage bigint not null default 0 check (usage >= 0),
    primary key (account_id, month)
  )`,
  // "counted" is "kept" plus what all unfinished jobs hold.
  sql`create table quota_blocks (
    account_id uuid not null,
    month date not null,
    block bigint not null,
    counted bytea not null,
    kept bytea not null default '',
    primary key (account_id, month, block),
    foreign key (account_id, month) references quota_months
  )`,
  sql`create table quota_held (
    account_id uuid not null,
    month date not null,
    block bigint not null,
    job_id uuid not null,
    members bytea not null,
    primary key (account_id, month, block, job_id),
    foreign key (account_id, month) references quota_months
  )`,
  sql`create index quota_held_job on quota_held (account_id, job_id)`,
  // Compression does not make lists and bitmaps of scattered ids smaller, and costs more than writing them.
  sql`alter table quota_blocks alter counted set storage external, alter kept set storage external`,
  sql`alter table quota_held alter members set storage external`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
