/** Errors of a database that is away become errors of the catalogue here, where they leave the driver, and nowhere else. */
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { CommitUnknown, DatabaseAway } from '../../core/passing-fault.ts';
import { hasCode, PASSING_ERRORS, WRONG_PASSWORD } from './error-codes.ts';
import type { Password } from './password.ts';
import { forgetOldPlan, nameOf } from './statement.ts';

/** The network's codes, in addition to the passing ones. */
const BROKEN_CONNECTIONS = ['EPIPE', 'ECONNABORTED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'];
/**
 * "Connection exception" and "insufficient resources" (no connection, memory or disk left), all of each class; a server that only reads, as
 * after a failover; a statement that was cancelled, as it took longer than one may.
 */
const NO_SERVICE = /^(?:(?:08|53)[0-9A-Z]{3}|25006|57014)$/;
/** What the driver says, without a code, about connections that end, had ended before the query, or were not made in time. */
const DRIVER_MESSAGES = ['Connection terminated', 'is not queryable', 'timeout expired', 'timeout exceeded'];

/** True for the error of a query whose connection or server is gone or too busy for it; false for any error that the server reports about the query. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (hasCode(error, ...PASSING_ERRORS, ...BROKEN_CONNECTIONS)) return true;
  if ('code' in error && typeof error.code === 'string') return NO_SERVICE.test(error.code);
  return DRIVER_MESSAGES.some((message) => error.message.includes(message));
}

/** The driver's words for a query that it never sent. */
const NOT_SENT = 'is not queryable';
const COMMIT = 'commit';

function isUnsent(error: unknown): boolean {
  return error instanceof Error && error.message.includes(NOT_SENT);
}

/** A statement that the connection shall keep. */
interface Kept {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

interface DriverClient extends PostgresPoolClient {
  query<Row>(kept: Kept): Promise<PostgresQueryResult<Row>>;
  query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
}

interface DriverPool {
  connect(): Promise<DriverClient>;
  end(): Promise<void>;
}

function send<Row>(client: DriverClient, text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
  const name = nameOf(text);
  return name === undefined ? client.query<Row>(text, values) : client.query<Row>({ name, text, values: [...values] });
}

function tellingClient(client: DriverClient): PostgresPoolClient {
  /** Of this use of the connection. Kysely rolls back after a failed commit: what it then throws must not hide what became of the commit. */
  let lost: CommitUnknown | null = null;
  function tell(error: unknown, text: string): unknown {
    // Whoever asks again is answered.
    if (forgetOldPlan(error, text)) return new DatabaseAway(error);
    if (!isAway(error)) return error;
    if (lost === null && text === COMMIT && !isUnsent(error)) lost = new CommitUnknown(error);
    return lost ?? new DatabaseAway(error);
  }
  async function ask<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>> {
    try {
      return await send<Row>(client, text, parameters);
    } catch (error) {
      throw tell(error, text);
    }
  }
  function query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
  function query<Row>(asked: string | PostgresCursor<Row>, parameters: readonly unknown[] = []) {
    return typeof asked === 'string' ? ask<Row>(asked, parameters) : client.query(asked);
  }
  return { query, release: () => client.release() };
}

/** Before, while and after it is changed a password is one of two, and files and database are not changed in one step. */
const PASSWORDS_TRIED = 4;

/** A password that is just being changed is refused once, and the next is taken. */
async function connected(pool: DriverPool, password: Password | undefined): Promise<DriverClient> {
  for (let tries = 1; ; tries++) {
    try {
      return await pool.connect();
    } catch (error) {
      if (password === undefined || tries === PASSWORDS_TRIED || !hasCode(error, WRONG_PASSWORD)) throw error;
      password.refused();
    }
  }
}

/** The pool, whose connections throw `DatabaseAway`; so does `connect`, whatever the reason: no query has been sent yet. */
export function tellingPool(pool: DriverPool, password?: Password): PostgresPool {
  return {
    async connect() {
      try {
        return tellingClient(await connected(pool, password));
      } catch (error) {
        throw new DatabaseAway(error);
      }
    },
    end: () => pool.end(),
  };
}
