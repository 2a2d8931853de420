import type { RateCount, RateLimitStore, RateTerms, Uncounted } from '../../core/ports/database/rate-limits.ts';
import { statement } from '../connection/statement.ts';
import type { Connection } from '../tables/schema.ts';

interface CountedRow {
  readonly window_number: number;
  readonly granted: number;
  readonly taken: number;
  readonly ends_in_ms: number;
}

/** What the process has let through and not counted, if the row is still of that window. */
const LATE = '(case when r.window_number = $5::bigint then $6::int else 0 end)';

/** By credential, door, length of the window, first requests; window and number of those that are late; waiting requests, limit. */
const COUNT = statement<CountedRow>(
  'count-requests',
  `insert into rate_windows as r (credential_id, door, window_number, taken, granted)
  values ($1, $2, floor(extract(epoch from clock_timestamp()) / $3::int), $4::int, $4::int)
  on conflict (credential_id, door) do update set
    window_number = greatest(r.window_number, excluded.window_number),
    granted = case when r.window_number < excluded.window_number then excluded.granted
      else greatest(0, least($7::int, $8::int - r.taken - ${LATE})) end,
    taken = case when r.window_number < excluded.window_number then excluded.taken
      else greatest(r.taken + ${LATE}, least(r.taken + ${LATE} + $7::int, $8::int)) end
  returning window_number, granted, taken, greatest(0, ceil(1000 *
    ((window_number + 1) * $3::int - extract(epoch from clock_timestamp()))))::float8 as ends_in_ms`,
);

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
    const counting = [credentialId, door, windowSeconds, first, window, requests, waiting, limit];
    const { rows } = await COUNT(this.#connection, ...counting);
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
