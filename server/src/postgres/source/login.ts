/** Who logs in to a database of somebody else’s, and where: from the address, a service file, the environment, a password file. */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConveyanceError } from '../../core/errors.ts';
import { OTHERS } from '../../core/ports/store.ts';
import type { SourceRequest } from '../../core/sources/load-sources.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Null where none is known: some servers ask for none. */
  readonly password: string | null;
  readonly isEncrypted: boolean;
}

const PORT = '5432';
const PARAMETERS = ['service', 'sslmode'];
const SAFE_WAYS =
  'PGPASSWORD, the password file (PGPASSFILE, else ~/.pgpass) or a service file (PGSERVICEFILE, else ~/.pg_service.conf) has it';

function refuse(message: string): never {
  throw new ConveyanceError('load_refused', message);
}

/** As people may read it. */
export function shownDatabase({ hostname, port, pathname, searchParams }: URL): string {
  const service = searchParams.get('service');
  const place = hostname === '' ? `service ${service ?? ''}` : `${hostname}${port === '' ? '' : `:${port}`}`;
  return `postgres://${place}${pathname === '/' ? '' : pathname}`;
}

/** Throws `load_refused` for an address with a secret in it, or with what nobody reads. */
export function judgeAddress(url: URL): void {
  const shown = shownDatabase(url);
  if (url.password !== '' || url.searchParams.has('password')) {
    refuse(`${shown}: a password in an address can be read by everybody on this machine: take it out; ${SAFE_WAYS}`);
  }
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined)
    refuse(`${shown}: ${unknown.slice(0, 40)} is not read here; there are ${PARAMETERS.join(', ')}`);
}

/** The entries of a section of a service file. */
async function serviceOf(name: string, environment: Environment): Promise<ReadonlyMap<string, string>> {
  const path = environment['PGSERVICEFILE'] || join(homedir(), '.pg_service.conf');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    refuse(`the service file ${path} cannot be read: ${error.code ?? 'unknown reason'}`),
  );
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const begin = lines.indexOf(`[${name}]`);
  if (begin < 0) refuse(`the service file ${path} has no service ${name.slice(0, 100)}`);
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => line.startsWith('['));
  const own = (end < 0 ? rest : rest.slice(0, end)).filter((line) => line.includes('=') && !line.startsWith('#'));
  return new Map(
    own.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

/** The fields of a line of a password file: separated by colons, where `\` stands before one that is meant. */
function fieldsOf(line: string): readonly string[] {
  const fields = [''];
  for (const piece of line.match(/\\.|[^\\]/g) ?? []) {
    if (piece === ':') fields.push('');
    else fields.push((fields.pop() ?? '') + piece.slice(-1));
  }
  return fields.slice(0, 5);
}

/** The first line that is of this login. */
async function passwordInFile(
  login: Omit<Login, 'password' | 'isEncrypted'>,
  environment: Environment,
): Promise<string | null> {
  const path = environment['PGPASSFILE'] || join(homedir(), '.pgpass');
  const mode = await stat(path).then(
    (found) => found.mode,
    () => null,
  );
  if (mode === null) return null;
  if ((mode & OTHERS) !== 0) refuse(`the password file ${path} can be read by others: chmod 600 it`);
  const wanted = [login.host, String(login.port), login.database, login.user];
  for (const line of (await readFile(path, 'utf8')).split(/\r?\n/)) {
    const fields = line.startsWith('#') ? [] : fieldsOf(line);
    const isMeant = fields.length === 5 && wanted.every((value, index) => ['*', value].includes(fields[index] ?? ''));
    if (isMeant) return fields[4] ?? null;
  }
  return null;
}

/** Where the request brings who logs in, nothing of this machine is asked for it. */
async function namedBy(
  url: URL,
  { secret }: SourceRequest,
  environment: Environment,
): Promise<ReadonlyMap<string, string>> {
  const service = url.searchParams.get('service');
  if (service === null) return new Map();
  if (secret !== undefined) refuse(`${shownDatabase(url)}: a service is known to a machine only: name host and user`);
  return serviceOf(service, environment);
}

/** Throws `load_refused`. */
export async function findLogin(request: SourceRequest, given: Environment): Promise<Login> {
  const { address, secret } = request;
  const environment = secret === undefined ? given : {};
  const url = new URL(address);
  const named = await namedBy(url, request, environment);
  const host = url.hostname.replace(/[[\]]/g, '') || (named.get('host') ?? '');
  const user = secret?.user || decodeURIComponent(url.username) || named.get('user') || environment['PGUSER'] || '';
  const database = decodeURIComponent(url.pathname.slice(1)) || named.get('dbname') || user;
  const shown = shownDatabase(url);
  if (host === '' || host.startsWith('/')) refuse(`${shown} names no host`);
  if (user === '') refuse(`${shown} names no user: postgres://user@host/database, or PGUSER`);
  const port = Number(url.port || named.get('port') || PORT);
  const mode = url.searchParams.get('sslmode') ?? named.get('sslmode') ?? 'verify-full';
  const found = { host, port, database, user };
  const password =
    secret === undefined
      ? (named.get('password') ?? (environment['PGPASSWORD'] || (await passwordInFile(found, environment))))
      : secret.secret;
  return { ...found, password, isEncrypted: mode !== 'disable' };
}

/** The same request with all that is known of the login, for a machine that knows nothing of it. Throws `load_refused`. */
export async function withLogin(request: SourceRequest, environment: Environment): Promise<SourceRequest> {
  const { host, port, database, user, password, isEncrypted } = await findLogin(request, environment);
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const address = `postgres://${place}/${encodeURIComponent(database)}${isEncrypted ? '' : '?sslmode=disable'}`;
  return { ...request, address, secret: { user, secret: password } };
}
