/**
 * Who owns what in the cluster. Its first role is a superuser, which may read the machine's files and start programs; it only makes the
 * database and the role that owns it. The server works as that role.
 */
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { hasCode } from '../connection/error-codes.ts';
import { ScramClient } from '../connection/scram-client.ts';
import { DATABASE, SUPERUSER } from './cluster.ts';
import { CONNECT_TIMEOUT_MS } from './keeper.ts';
import type { Address } from './postmaster.ts';

/** The server's own role: owner of the database, of its tables, and of nothing else. */
export const SERVER_ROLE = 'conveyance_server';
/** For processes that start at the same time: "roles". */
const MOVING_LOCK = '491327415667';

/** Of its own: whoever learns it cannot log in as the superuser. */
export function serverPassword(password: string): string {
  return createHmac('sha256', password).update(SERVER_ROLE).digest('base64url');
}

/** `duplicate_object`, `duplicate_database`, or `unique_violation` when another process does the same this instant. */
async function unlessThere(making: Promise<unknown>): Promise<void> {
  try {
    await making;
  } catch (error) {
    if (!hasCode(error, '42710', '42P04', '23505')) throw error;
  }
}

async function makeRole(client: pg.Client, password: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [SERVER_ROLE]);
  if (rowCount !== 0) return;
  const secret = client.escapeLiteral(serverPassword(password));
  await unlessThere(client.query(`create role ${SERVER_ROLE} login password ${secret}`));
}

/** True if the database was there before, and may have tables of the superuser's. */
async function makeDatabase(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [DATABASE],
  );
  const [found] = rows;
  if (found === undefined) {
    await unlessThere(client.query(`create database ${DATABASE} owner ${SERVER_ROLE}`));
    return false;
  }
  return found.owner !== SERVER_ROLE;
}

/**
 * Statements that hand what the superuser owns to the server's role. Sequences of identity columns follow their tables, indexes and
 * triggers too. (`reassign owned` refuses to take anything from a cluster's first role.)
 */
const HANDING_OVER = `
  with mine as (select oid from pg_roles where rolname = '${SUPERUSER}'),
    ours as (select oid from pg_namespace where nspname = 'public')
  select format('alter %s %s owner to %I',
      case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
      format('%I.%I', 'public', relname), '${SERVER_ROLE}') as statement
    from pg_class where relowner in (table mine) and relnamespace in (table ours) and relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend where objid = pg_class.oid and classid = 'pg_class'::regclass and deptype in ('a', 'i')
        and refclassid = 'pg_class'::regclass)
  union all
  select format('alter routine %s owner to %I', oid::regprocedure, '${SERVER_ROLE}')
    from pg_proc where proowner in (table mine) and pronamespace in (table ours)
  union all
  select format('alter type %s owner to %I', oid::regtype, '${SERVER_ROLE}')
    from pg_type where typowner in (table mine) and typnamespace in (table ours) and typtype in ('e', 'd')`;

/** Of both roles, in one step. Who is connected stays so. @param keeper the superuser's. */
export async function changePasswords(keeper: pg.Client, password: string): Promise<void> {
  const set = (role: string, text: string) => keeper.query(`alter role ${role} password ${keeper.escapeLiteral(text)}`);
  await keeper.query('begin');
  try {
    await set(SUPERUSER, password);
    await set(SERVER_ROLE, serverPassword(password));
    await keeper.query('commit');
  } catch (error) {
    await keeper.query('rollback');
    throw error;
  }
}

/** All or nothing; the database last, so that one that says it is ours has nothing left to hand over. */
async function handOver(client: pg.Client): Promise<void> {
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock($1)', [MOVING_LOCK]);
  const { rows } = await client.query<{ statement: string }>(HANDING_OVER);
  for (const { statement } of rows) await client.query(statement);
  await client.query(`alter database ${DATABASE} owner to ${SERVER_ROLE}`);
  await client.query('commit');
}

/** Makes the server's role and its database, and hands over those of a release before this one. @param keeper the superuser's. */
export async function prepareRoles(keeper: pg.Client, address: Address, password: string): Promise<void> {
  await makeRole(keeper, password);
  if (!(await makeDatabase(keeper))) return;
  const client = new ScramClient({
    ...address,
    user: SUPERUSER,
    password,
    database: DATABASE,
    application_name: 'conveyance roles',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  try {
    await client.connect();
    await handOver(client);
  } finally {
    await client.end();
  }
}
