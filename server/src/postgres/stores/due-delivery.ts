/** Whose turn it is to be sent. */
import { sql } from 'kysely';
import type { DeliveryTerms } from '../../core/ports/database/webhooks.ts';
import type { Connection } from '../tables/schema.ts';

/**
 * The delivery whose turn it is. Costs as much as there are tries in progress, which the workers' slots bound: first the account that has
 * been waiting longest of those with none in progress, which the index of accounts tells; without one, those with some, by their number.
 * Of the account, the message to the host that has been due longest, past the hosts that are full. What else is pending, of whatever account
 * to however many hosts, is not looked at. (Walking one row for each account and host took 44 ms at 6,000 of them.)
 */
export async function pickDue(tx: Connection, { notTo, ...caps }: DeliveryTerms): Promise<string | undefined> {
  // Stable, unlike the clock: an index takes it as a bound.
  const now = sql`statement_timestamp()`;
  const { rows } = await sql<{ id: string }>`
    with busy as materialized (
      select account_id, host, count(*) as of_both from deliveries
      where claim is not null and due_at > ${now} group by account_id, host
    ), busy_accounts as materialized (
      select account_id, sum(of_both) as of_account from busy group by account_id
    ), full_hosts as materialized (
      select host from busy group by host having sum(of_both) >= ${caps.perHost}
      union select unnest(${[...notTo]}::text[])
    ), idle as (
      select whole.account_id, lane.host, 0 as of_account, lane.due_at
      from delivery_accounts whole
      cross join lateral (
        select host, due_at from delivery_lanes
        where account_id = whole.account_id and due_at <= ${now} and host not in (select host from full_hosts)
        order by due_at, host limit 1
      ) lane
      where whole.due_at <= ${now} and whole.account_id not in (select account_id from busy_accounts)
      order by whole.due_at, whole.account_id limit 1
    ), others as (
      select whole.account_id, lane.host, whole.of_account, lane.due_at
      from busy_accounts whole
      cross join lateral (
        select host, due_at from delivery_lanes
        where account_id = whole.account_id and due_at <= ${now} and host not in (select host from full_hosts)
          and host not in (
            select host from busy where account_id = whole.account_id and of_both >= ${caps.perAccountAndHost}
          )
        order by due_at, host limit 1
      ) lane
      where whole.of_account < ${caps.perAccount}
      order by whole.of_account, lane.due_at limit 1
    ), turn as (
      select * from idle union all select * from others order by of_account, due_at limit 1
    )
    select head.id from turn
    cross join lateral (
      select id from deliveries d
      where d.state = 'pending' and d.account_id = turn.account_id and d.host = turn.host and d.due_at <= ${now}
      order by d.due_at, d.id limit 1
    ) head`.execute(tx);
  return rows[0]?.id;
}
