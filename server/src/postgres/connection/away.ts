/** Errors of a database that is away become errors of the catalogue here, where they leave the driver, and nowhere else. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { DatabaseAway } from '../../core/database-away.ts';
import { hasCode, PASSING_ERRORS } from './error-codes.ts';

/** The network's codes, in addition to the passing ones. */
const BROKEN_CONNECTIONS = ['EPIPE', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'];
/** "Connection exception", all of the class. */
const CONNECTION_EXCEPTION = /^08[0-9A-Z]{3}$/;
/** What the driver says, without a code, about connections that end, or had ended before the query. */
const DRIVER_MESSAGES = ['Connection terminated', 'is not queryable'];

/** True for the error of a query whose connection or server is gone; false for any error that the server reports about the query. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (hasCode(error, ...PASSING_ERRORS, ...BROKEN_CONNECTIONS)) return true;
  if ('code' in error && typeof error.code === 'string') return CONNECTION_EXCEPTION.test(error.code);
  return DRIVER_MESSAGES.some((message) => error.message.includes(message));
}

async function telling<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw isAway(error) ? new DatabaseAway(error) : error;
  }
}

function tellingClient(client: PostgresPoolClient): PostgresPoolClient {
  function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query<Row>(asked: string | PostgresCursor<Row>, parameters: readonly unknown[] = []) {
    return typeof asked === 'string' ? telling(client.query<Row>(asked, parameters)) : client.query(asked);
  }
  return { query, release: () => client.release() };
}

/** The pool, whose connections throw `DatabaseAway`; so does `connect`, whatever the reason: no query has been sent yet. */
export function tellingPool(pool: PostgresPool): PostgresPool {
  return {
    async connect() {
      try {
        return tellingClient(await pool.connect());
      } catch (error) {
        throw new DatabaseAway(error);
      }
    },
    end: () => pool.end(),
  };
}
