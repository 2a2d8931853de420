import { sql } from 'kysely';
import type { RateLease, RateLimitStore, RateTerms } from '../../core/ports/database/rate-limits.ts';
import type { Connection } from './schema.ts';

interface TakenRow {
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
  async take(credentialId: string, { door, limit, windowSeconds, block }: RateTerms): Promise<RateLease> {
    const first = Math.min(block, limit);
    const { rows } = await sql<TakenRow>`
      insert into rate_windows as r (credential_id, door, window_number, taken, granted)
      values (${credentialId}, ${door}, floor(extract(epoch from clock_timestamp()) / ${windowSeconds}::int), ${first}, ${first})
      on conflict (credential_id, door) do update set
        window_number = greatest(r.window_number, excluded.window_number),
        granted = case when r.window_number < excluded.window_number then excluded.granted
          else greatest(0, least(${block}::int, ${limit}::int - r.taken)) end,
        taken = case when r.window_number < excluded.window_number then excluded.taken
          else greatest(r.taken, least(r.taken + ${block}::int, ${limit}::int)) end
      returning granted, taken, greatest(0, ceil(1000 *
        ((window_number + 1) * ${windowSeconds}::int - extract(epoch from clock_timestamp()))))::float8 as ends_in_ms
    `.execute(this.#connection);
    const [row] = rows;
    if (row === undefined) throw new Error('a lease of requests was neither made nor changed');
    return { granted: row.granted, unclaimed: Math.max(0, limit - row.taken), windowEndsInMs: row.ends_in_ms };
  }
}
