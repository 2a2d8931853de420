import { sql } from 'kysely';
import type { DayUsage } from '../../core/ports/database/jobs.ts';
import type { Connection } from '../tables/schema.ts';

/** By day and credential. The newest come first by the index of lists, so that what is beyond `most` is not read. */
export async function usageByDay(
  connection: Connection,
  accountId: string,
  since: Date,
  most: number,
): Promise<readonly DayUsage[]> {
  const { rows } = await sql<DayUsage>`
    with newest as (
      select created_at, credential_id, status, property_count, results from jobs
      where account_id = ${accountId} and created_at >= ${since}
      order by created_at desc, id desc limit ${most}
    ),
    sized as (
      select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, credential_id, status,
        case when status = 'succeeded' then property_count end as properties, file.rows, file.bytes
      from newest left join lateral (
        select sum((each ->> 'rows')::bigint) as rows, sum((each ->> 'bytes')::bigint) as bytes
        from jsonb_array_elements(results) each
      ) file on status = 'succeeded'
    )
    select day, credential_id as "credentialId", credential.kind as credential, credential.name,
      count(*) as jobs,
      count(*) filter (where status = 'succeeded') as succeeded,
      count(*) filter (where status = 'failed') as failed,
      coalesce(sum(properties), 0)::bigint as properties,
      coalesce(sum(sized.rows), 0)::bigint as rows,
      coalesce(sum(sized.bytes), 0)::bigint as bytes
    from sized join credentials credential on credential.id = credential_id
    group by day, credential_id, credential.kind, credential.name
    order by day desc, credential.name, credential_id`.execute(connection);
  return rows;
}
