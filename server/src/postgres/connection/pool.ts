import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import type { Logger } from '../../core/ports/logger.ts';
import { hasCode, PASSING_ERRORS } from './error-codes.ts';
import type { Password } from './password.ts';
import { ScramClient } from './scram-client.ts';

/** What a pool is for, and so how many connections it has and how long one statement may take in it. */
export interface PoolTerms {
  readonly size: number;
  /** Null sets no limit. */
  readonly statementMs: number | null;
  /** Whether statements that are asked for together are sent together: see `inPipeline`. Nothing can be copied in or out then. */
  readonly isPipelined?: boolean;
}

/** For most of what is asked. No statement that a client or a job waits for takes longer; those that may say so (`unhurried`). */
export const WORK_POOL: PoolTerms = { size: 7, statementMs: 30_000, isPipelined: true };
/**
 * For what must not wait behind the rest: who is calling, how often he may, whether the database is there, and that leases are held. Each
 * takes a millisecond, so few connections serve thousands in a second.
 */
export const PROMPT_POOL: PoolTerms = { size: 3, statementMs: 5_000, isPipelined: true };
/** Before anything else: a migration takes as long as it takes. */
export const SETUP_POOL: PoolTerms = { size: 2, statementMs: null };
/** A server that is there answers in milliseconds. Whoever waits for one that is not must be told while a client still listens. */
const CONNECT_TIMEOUT_MS = 3000;
/** For a connection that others use: a server that is busy is not away. */
const ACQUIRE_TIMEOUT_MS = 10_000;
/** A stopped process (SIGSTOP, a frozen machine) must not hold the claim lock of a whole fleet. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const READY_TIMEOUT_MS = 30_000;
/** The driver's words, which have no code. */
const TIMED_OUT = /timeout/;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

const { INT8, DATE } = pg.types.builtins;

function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the integer ${text} of the database is out of range`);
  return value;
}

function keepText(text: string): string {
  return text;
}

/** `pg` returns bigint as text and turns a calendar day into an instant of the local zone; here they are a number and `YYYY-MM-DD`. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser(type: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(type, 'binary');
    if (type === INT8) return parseInteger;
    if (type === DATE) return keepText;
    return pg.types.getTypeParser(type, 'text');
  },
};

export interface ConnectionOptions {
  readonly url: string;
  /** In the place of the URL’s, where it may change. */
  readonly password?: Password | undefined;
  readonly log: Logger;
  /** Shown to the database's operators. */
  readonly applicationName: string;
}

/** A URL would win over a password that may change. */
function serverOf({ url, password }: ConnectionOptions): pg.ClientConfig {
  if (password === undefined) return { connectionString: url };
  const { hostname, port, username, pathname } = new URL(url);
  return {
    host: decodeURIComponent(hostname),
    port: Number(port),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
    password: () => password.current(),
  };
}

export function clientConfig(options: ConnectionOptions): pg.ClientConfig {
  const { applicationName } = options;
  return {
    ...serverOf(options),
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: TYPES,
  };
}

/** The pool's own time limit is that for a free connection, and it would hand it on to the making of one. */
class PooledClient extends ScramClient {
  constructor(config?: pg.ClientConfig) {
    // The pool hides the password from whoever lists its options.
    const password = config?.password;
    super({ ...config, ...(password !== undefined && { password }), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

export function createPool(options: ConnectionOptions, { size, statementMs, isPipelined = false }: PoolTerms): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(options),
    connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
    Client: PooledClient,
    max: size,
    pipeline: isPipelined,
    ...(statementMs !== null && { statement_timeout: statementMs }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  const report = (error: Error) => options.log.warn('database-connection-lost', { error });
  pool.on('error', report);
  // The pool listens only while a client is idle; an unhandled error of one in use would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Waits up to half a minute until the server accepts connections. */
export async function waitUntilReady(pool: pg.Pool, log: Logger): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await pool.query('select 1');
      return;
    } catch (cause) {
      if (isConveyanceError(cause)) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      if (!hasCode(cause, ...PASSING_ERRORS) && !TIMED_OUT.test(message)) {
        throw new ConveyanceError('bad_setting', `The database of DATABASE_URL cannot be used: ${message}`, { cause });
      }
      if (Date.now() > deadline) {
        throw new ConveyanceError('unavailable', `The database does not answer: ${message}`, { cause });
      }
      log.info('database-awaited', { error: message });
      await delay(pause);
    }
  }
}
