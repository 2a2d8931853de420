/** A connection to a database of somebody else’s: judged, encrypted, and with its faults told apart. */
import type { Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import pg from 'pg';
import { ConveyanceError, isConveyanceError } from '../../core/errors.ts';
import type { Egress } from '../../core/sources/egress.ts';
import { SourceBroke } from '../../core/sources/load-sources.ts';
import { isAway } from '../connection/away.ts';
import { hasCode, READ_ONLY } from '../connection/error-codes.ts';
import { ScramClient } from '../connection/scram-client.ts';
import { MIGRATIONS_TABLE } from '../migrate.ts';
import type { Environment, Login } from './login.ts';

export interface DatabaseReading {
  readonly egress: Egress<Socket>;
  /** PEM; trusted besides those of Node.js. */
  readonly authorities: readonly string[];
  readonly environment: Environment;
  readonly firstPauseMs: number;
}

const CONNECT_MS = 15_000;
/** Text that reads back as the same value; and whoever set a time limit for statements did not think of this one. */
const SESSION = `
  set client_encoding = 'UTF8'; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set bytea_output = 'hex';
  set extra_float_digits = 1; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
  set default_transaction_read_only = on`;

const OURS = `select exists (select from pg_catalog.pg_class where relname = '${MIGRATIONS_TABLE}' and relkind = 'r') as ours`;

/** The driver connects by itself; this socket is connected already. */
function handedOver(socket: Socket): () => Socket {
  return () => {
    socket.connect = () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    };
    return socket;
  };
}

/** What it throws: `SourceBroke` for what passes, `load_refused` for the rest. @param address as people may read it. */
export async function telling<Result>(address: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isConveyanceError(error) || error instanceof SourceBroke) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // It is this program that asked for reading only: another server would say the same.
    if (isAway(error) && !hasCode(error, READ_ONLY))
      throw new SourceBroke(`${address} broke off or does not answer: ${message}`, { cause: error });
    const hint = /CERT|SELF_SIGNED|ISSUER|ALTNAME/.test(code) ? '; CONVEYANCE_LOAD_CA names further authorities' : '';
    throw new ConveyanceError('load_refused', `${address}: ${message}${hint}`, { cause: error });
  }
}

function judge({ host, port, isEncrypted }: Login, { egress }: DatabaseReading, address: string): void {
  const place = host.includes(':') ? `[${host}]` : host;
  const refusal = egress.refusalOf(new URL(`https://${place}:${port}/`));
  if (refusal !== null) throw new ConveyanceError('load_refused', `${address} ${refusal}`);
  if (isEncrypted || egress.isNamed(host, port)) return;
  throw new ConveyanceError(
    'load_refused',
    `${address} is not encrypted: leave sslmode=disable out, or name ${host} in CONVEYANCE_LOAD_ALLOW`,
  );
}

/** The work on a connection of its own, which is closed afterwards. */
export async function withDatabase<Result>(
  login: Login,
  reading: DatabaseReading,
  { address, signal }: { readonly address: string; readonly signal: AbortSignal },
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  judge(login, reading, address);
  return telling(address, async () => {
    const { host, port, user, database, password, isEncrypted } = login;
    const socket = await reading.egress.dial({ hostname: host, port, secure: false }, signal);
    const ca = reading.authorities.length === 0 ? {} : { ca: [...rootCertificates, ...reading.authorities] };
    // In clear text nobody is told the password, nor what could be used in its place.
    const client = new (isEncrypted ? pg.Client : ScramClient)({
      host,
      port,
      user,
      database,
      ...(password !== null && { password }),
      ssl: isEncrypted ? ca : false,
      stream: handedOver(socket),
      application_name: 'conveyance load',
      connectionTimeoutMillis: CONNECT_MS,
    });
    // The driver would look for one by itself, in the environment of this process and in its owner's file.
    if (password === null) client.password = '';
    client.on('error', () => undefined);
    const stop = () => socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await client.connect();
      await client.query(SESSION);
      const { rows } = await client.query<{ ours: boolean }>(OURS);
      if (rows[0]?.ours)
        throw new ConveyanceError('load_refused', `${address} is a database of this program, and no provider’s`);
      return await work(client);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      // One that is broken has nobody to say good-bye to.
      socket.destroy();
    }
  });
}
