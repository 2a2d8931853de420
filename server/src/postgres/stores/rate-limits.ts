import { sql } from 'kysely';
import type { RateCount, RateLimitStore, RateTerms, Uncounted } from '../../core/ports/database/rate-limits.ts';
import type { Connection } from '../tables/schema.ts';

interface CountedRow {
  readonly window_number: number;
  readonly granted: number;
  readonly taken: number;
  readonly ends_in_ms: number;
}

export class PostgresRateLimits implements RateLimitStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A statement that waited for another may have read the clock in the window before: a row never goes back to that one. */
  async count(
    credentialId: string,
    { door, limit, windowSeconds }: RateTerms,
    waiting: number,
    before: Uncounted | null,
  ): Promise<RateCount> {
    const first = Math.min(waiting, limit);
    const { window = -1, requests = 0 } = before ?? {};
    const late = sql`case when r.window_number = ${window}::bigint then ${requests}::int else 0 end`;
    const { rows } = await sql<CountedRow>`
      insert into rate_windows as r (credential_id, door, window_number, taken, granted)
      values (${credentialId}, ${door}, floor(extract(epoch from clock_timestamp()) / ${windowSeconds}::int), ${first}, ${first})
      on conflict (credential_id, door) do update set
        window_number = greatest(r.window_number, excluded.window_number),
        granted = case when r.window_number < excluded.window_number then excluded.granted
          else greatest(0, least(${waiting}::int, ${limit}::int - r.taken - ${late})) end,
        taken = case when r.window_number < excluded.window_number then excluded.taken
          else greatest(r.taken + ${late}, least(r.taken + ${late} + ${waiting}::int, ${limit}::int)) end
      returning window_number, granted, taken, greatest(0, ceil(1000 *
        ((window_number + 1) * ${windowSeconds}::int - extract(epoch from clock_timestamp()))))::float8 as ends_in_ms
    `.execute(this.#connection);
    const [row] = rows;
    if (row === undefined) throw new Error('requests were neither counted nor refused');
    return {
      granted: row.granted,
      remaining: Math.max(0, limit - row.taken),
      window: row.window_number,
      windowEndsInMs: row.ends_in_ms,
    };
  }
}
