import { type Kysely, sql } from 'kysely';

/** Whatever is deleted by its age is found by an index: a sweep must cost what it deletes, however much there is. */
const STATEMENTS = [
  sql`create index jobs_finished on jobs (finished_at) where finished_at is not null`,
  sql`create index schedule_runs_without_job on schedule_runs (planned_at) where state in ('skipped', 'failed')`,
  sql`create index deliveries_unsent_tests on deliveries (created_at) where job_id is null and state = 'pending'`,
  // A deleted job takes its key with it; without this, each would read all keys of the day.
  sql`create index idempotency_keys_job on idempotency_keys (account_id, job_id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
