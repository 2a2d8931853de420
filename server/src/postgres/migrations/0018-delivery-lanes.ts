import { type Kysely, sql } from 'kysely';

/** Advisory locks of accounts, beside those of `stores/locks.ts`: these have their own first number. */
const ACCOUNT_LOCKS = 0x636f6e77;

const STATEMENTS = [
  // What a claim looks through, in place of all that is pending: when the next message of an account to a host is due, and the next of
  // the account. Written by the trigger below and by nothing else, so that programs of before keep them right too.
  sql`create table delivery_lanes (
    account_id uuid not null references accounts,
    host text not null,
    due_at timestamptz not null,
    primary key (account_id, host)
  )`,
  sql`create index delivery_lanes_due on delivery_lanes (account_id, due_at, host)`,
  sql`create table delivery_accounts (
    account_id uuid primary key references accounts,
    due_at timestamptz not null
  )`,
  sql`create index delivery_accounts_due on delivery_accounts (due_at, account_id)`,
  // Each statement after the lock sees what was committed before it: of two changes at once, the later one counts both.
  sql`create function note_delivery_due(account uuid, receiver text) returns void language plpgsql as $$
    declare
      next timestamptz;
    begin
      perform pg_advisory_xact_lock(${sql.lit(ACCOUNT_LOCKS)}, hashtext(account::text));
      select min(due_at) into next from deliveries
        where state = 'pending' and account_id = account and host = receiver;
      if next is null then
        delete from delivery_lanes where account_id = account and host = receiver;
      else
        insert into delivery_lanes as lane (account_id, host, due_at) values (account, receiver, next)
          on conflict (account_id, host) do update set due_at = next where lane.due_at <> next;
      end if;
      select min(due_at) into next from delivery_lanes where account_id = account;
      if next is null then
        delete from delivery_accounts where account_id = account;
      else
        insert into delivery_accounts as whole (account_id, due_at) values (account, next)
          on conflict (account_id) do update set due_at = next where whole.due_at <> next;
      end if;
    end $$`,
  sql`create function delivery_changed() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        perform note_delivery_due(old.account_id, old.host);
      else
        perform note_delivery_due(new.account_id, new.host);
      end if;
      return null;
    end $$`,
  sql`create trigger deliveries_queued after insert on deliveries
    for each row when (new.state = 'pending') execute function delivery_changed()`,
  sql`create trigger deliveries_moved after update on deliveries
    for each row when (old.state <> new.state or old.due_at <> new.due_at) execute function delivery_changed()`,
  sql`create trigger deliveries_dropped after delete on deliveries
    for each row when (old.state = 'pending') execute function delivery_changed()`,
  sql`insert into delivery_lanes (account_id, host, due_at)
    select account_id, host, min(due_at) from deliveries where state = 'pending' group by account_id, host`,
  sql`insert into delivery_accounts (account_id, due_at)
    select account_id, min(due_at) from delivery_lanes group by account_id`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await statement.execute(db);
}
