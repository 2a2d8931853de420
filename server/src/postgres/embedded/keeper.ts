/**
 * Who uses the cluster. Every process that uses it holds a shared advisory lock on a session of its own; a process that dies releases
 * it. Only the process that gets the lock exclusively, because nobody else holds it, may stop the server.
 */
import type pg from 'pg';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import { hasCode, WRONG_PASSWORD } from '../connection/error-codes.ts';
import { candidatesOf, type Passwords } from '../connection/password.ts';
import { ScramClient } from '../connection/scram-client.ts';
import { SUPERUSER } from './cluster.ts';
import type { Address } from './postmaster.ts';

/** Locks are per database: all keepers meet in the one that is always there. */
const MEETING_DATABASE = 'postgres';
/** "conveyan", as a number. */
const IN_USE_LOCK = '7165916604736876910';
export const CONNECT_TIMEOUT_MS = 5000;

function clientFor({ host, port }: Address, password: string): ScramClient {
  return new ScramClient({
    host,
    port,
    user: SUPERUSER,
    password,
    database: MEETING_DATABASE,
    application_name: 'conveyance keeper',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
}

/** Null if no server of this cluster answers (yet, or any more), `refused` if it refuses the password. Throws if it asks for it to be sent. */
async function keepBy(cluster: string, address: Address, password: string): Promise<pg.Client | 'refused' | null> {
  const client = clientFor(address, password);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    if (rows[0]?.data_directory !== cluster) {
      await client.end();
      return null;
    }
    // Waits while another process decides to stop; its decision then ends this connection, and the caller looks again.
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE_LOCK]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isConveyanceError(error)) throw error;
    return hasCode(error, WRONG_PASSWORD) ? 'refused' : null;
  }
}

export interface Kept {
  readonly client: pg.Client;
  /** That the server took. */
  readonly password: string;
}

/** Null if no server of this cluster answers (yet, or any more). Throws if it refuses our passwords, or asks for one to be sent. */
export async function keep(cluster: string, address: Address, passwords: Passwords): Promise<Kept | null> {
  for (const password of await candidatesOf(passwords)) {
    const client = await keepBy(cluster, address, password);
    if (client === null) return null;
    if (client !== 'refused') return { client, password };
  }
  throw new ConveyanceError(
    'bad_setting',
    `The database in ${cluster} refuses our password: it was created under another master key; restore that key, or move the database away`,
  );
}

/** Whether the server takes the password. */
export async function accepts(address: Address, password: string): Promise<boolean> {
  const client = clientFor(address, password);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (hasCode(error, WRONG_PASSWORD)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** `pg` has no code for a connection that just ends, and none for one that has ended before. */
const LOST = /^Connection terminated|not queryable$|^Client was closed/;

/** What a client sees when its server is stopped. */
function isStoppedUnderUs(error: unknown): boolean {
  if (hasCode(error, '57P01', 'ECONNRESET', 'EPIPE')) return true;
  return error instanceof Error && LOST.test(error.message);
}

/**
 * Releases the cluster. True if nobody else uses it: until this connection ends, nobody can start to. False where the connection was lost,
 * and the lock with it: the server has ended, or will be stopped by whoever starts next.
 */
export async function letGo(client: pg.Client): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [IN_USE_LOCK]);
    const { rows } = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [IN_USE_LOCK]);
    return rows[0]?.alone === true;
  } catch (error) {
    // Between the two statements another leaving process may have found itself alone, and be stopping the server now.
    if (isStoppedUnderUs(error)) return false;
    throw error;
  }
}
