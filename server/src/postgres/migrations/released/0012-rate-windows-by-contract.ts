import { type Kysely, sql } from 'kysely';

/**
 * The doors carry the names of the contracts. During a rolling restart processes of the release before still write the old words: the
 * trigger files their requests in the same window, so that both releases together never grant more than the limit. The release after
 * this one drops it.
 */
const STATEMENTS = [
  sql`update rate_windows set door = case door when 'bulk' then 'apartmentiq' when 'batch' then 'reonomy' else door end`,
  sql`alter table rate_windows alter door drop default`,
  sql`create function rate_door_by_contract() returns trigger language plpgsql as $$
    begin
      new.door := case new.door when 'bulk' then 'apartmentiq' when 'batch' then 'reonomy' else new.door end;
      return new;
    end $$`,
  sql`create trigger rate_door_by_contract before insert on rate_windows
    for each row when (new.door in ('bulk', 'batch')) execute function rate_door_by_contract()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
