import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  sql`alter table audit_log add column subject text, add column once bytea`,
  // Entries that say the same in an hour are one: whoever holds a link must not be able to fill the disk with what he does.
  sql`create unique index audit_log_once on audit_log (once) where once is not null`,
  sql`create index audit_log_at on audit_log (at)`,
  // What has outlived its retention may go, row by row, by whoever says that he means it; all else is refused as before. The shortest
  // retention is written here a second time: the database holds to it whatever the program asks.
  sql`create or replace function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      -- Apart: the trigger for whole statements has no row to look at.
      if tg_op = 'DELETE' then
        if current_setting('conveyance.audit_retention', true) = 'on' and old.at < clock_timestamp() - interval '30 days' then
          return old;
        end if;
      end if;
      raise exception 'the audit log is append-only: % is refused', tg_op;
    end $$`,
  sql`drop trigger audit_log_append_only on audit_log`,
  sql`create trigger audit_log_append_only before update or truncate on audit_log
    for each statement execute function refuse_audit_change()`,
  sql`create trigger audit_log_no_delete before delete on audit_log
    for each row execute function refuse_audit_change()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
