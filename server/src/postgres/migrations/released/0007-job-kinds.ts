import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // The default is for a server of the release before, which may still insert while the fleet is upgraded.
  sql`alter table jobs add kind text not null default 'report', add spec jsonb, add results jsonb`,
  sql`update jobs set results = jsonb_build_array(result) where result is not null`,
  // With it go its index and the check that success has one.
  sql`alter table jobs drop column result`,
  sql`alter table jobs add constraint jobs_results check ((status = 'succeeded') = (results is not null))`,
  sql`alter table jobs
    alter report_type drop not null, alter output_format drop not null,
    alter start_date drop not null, alter end_date drop not null`,
  sql`alter table jobs add constraint jobs_parameters check (case kind
    when 'report' then num_nulls(report_type, output_format, start_date, end_date) = 0
    else spec is not null end)`,
  // Keys are unguessable and requested a few at a time; they are found by containment, because a job may have many files.
  sql`create index jobs_result_keys on jobs using gin (results jsonb_path_ops) where files_deleted_at is null`,
  // "Batch jobs run sequentially and you won't be able to submit another job until the first one either completes or fails."
  sql`create unique index jobs_one_unfinished_batch on jobs (credential_id) where kind <> 'report' and status = 'submitted'`,
  sql`create index jobs_batch on jobs (credential_id, created_at desc, id desc) where kind <> 'report'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
