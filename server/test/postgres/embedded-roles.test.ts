/** Who owns what in the embedded cluster, and how one of an earlier release becomes so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, stat, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/postgres/database.ts';
import { prepareBinaries } from '../../src/postgres/embedded/binaries.ts';
import { spawnOptions } from '../../src/postgres/embedded/programs.ts';
import { SERVER_ROLE } from '../../src/postgres/embedded/roles.ts';
import { claimFolder, isShortEnough, socketFolder } from '../../src/postgres/embedded/socket-folder.ts';
import { ownerOf } from '../../src/postgres/embedded/system-user.ts';
import { eventually } from '../contract/database-world.ts';
import { asSuperuser, silentLog, withClient } from '../support/postgres.ts';
import { answer, EmbeddedPlace, PASSWORD, removeMadeCluster } from './embedded-place.ts';

const RELEASE_DUMP = resolve(import.meta.dirname, '../releases/0.1/dump.sql');
const PATIENCE_MS = 100_000;

let place: EmbeddedPlace;
let earlier: ChildProcess | undefined;

beforeEach(async () => {
  place = await EmbeddedPlace.prepare();
});
afterEach(async () => {
  earlier?.kill('SIGKILL');
  earlier = undefined;
  await place.tidy();
});
afterAll(() => removeMadeCluster());

const cluster = () => join(place.dataDir, 'postgres');

/** Everything in the cluster as release 0.1 had it: one role, which owns all. */
async function beginWithRelease(): Promise<void> {
  await place.beginWithCluster();
  const server = await place.start();
  const meeting = new URL(asSuperuser(server.url, PASSWORD));
  meeting.pathname = '/postgres';
  await withClient(meeting.href, async (client) => {
    await client.query('drop database conveyance');
    await client.query(`drop role ${SERVER_ROLE}`);
    await client.query('create database conveyance');
  });
  await withClient(asSuperuser(server.url, PASSWORD), async (client) => {
    await client.query(await readFile(RELEASE_DUMP, 'utf8'));
  });
  await server.stop();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The server as release 0.1 launched it: on a port of loopback, with no socket. */
async function launchAsEarlier(): Promise<string> {
  const user = await ownerOf(cluster());
  const { postgres } = await prepareBinaries(user, place.dataDir);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
  const args = ['-D', cluster(), ...settings.flatMap((setting) => ['-c', setting])];
  const log = await open(join(place.dataDir, 'postgres.log'), 'a');
  earlier = spawn(postgres, args, { ...spawnOptions(user, cluster()), stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const url = `postgres://conveyance:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/conveyance`;
  const isReady = () =>
    answer(url).then(
      () => true,
      () => false,
    );
  await eventually(isReady, 'the earlier server to answer');
  return url;
}

async function owners(url: string): Promise<unknown> {
  const { rows } = await withClient(url, (client) =>
    client.query(
      `select distinct pg_get_userbyid(owner) as owner from (
         select relowner as owner from pg_class where relnamespace = 'public'::regnamespace
         union all select proowner from pg_proc where pronamespace = 'public'::regnamespace
         union all select typowner from pg_type where typnamespace = 'public'::regnamespace
         union all select datdba from pg_database where datname = current_database()) as all_of_it`,
    ),
  );
  return rows.map(({ owner }) => owner);
}

const OURS = { current_user: SERVER_ROLE, current_database: 'conveyance' };

describe('the role of the server', { timeout: PATIENCE_MS }, () => {
  it('is no superuser, owns the tables, and can neither read files nor make databases and roles', async () => {
    const server = await place.start();
    const db = await openDatabase({ url: server.url, log: silentLog, applicationName: 'test' });
    await db.ping();
    await db.close();
    expect(await answer(server.url)).toEqual(OURS);
    expect(await owners(server.url)).toEqual([SERVER_ROLE]);
    for (const statement of [
      "select pg_read_file('/etc/passwd')",
      "copy (select 1) to program 'true'",
      'create database another',
      'create role another',
      'set role conveyance',
      "alter system set work_mem = '8MB'",
    ]) {
      await expect(
        withClient(server.url, (client) => client.query(statement)),
        statement,
      ).rejects.toMatchObject({
        code: '42501',
      });
    }
    // The control: the superuser may.
    const url = asSuperuser(server.url, PASSWORD);
    const read = await withClient(url, (client) => client.query("select pg_read_file('/etc/passwd') as file"));
    expect(read.rowCount).toBe(1);
    await server.stop();
  });

  it('takes over the tables of release 0.1, which are then migrated', async () => {
    await beginWithRelease();
    const server = await place.start();
    expect(await owners(server.url)).toEqual([SERVER_ROLE]);
    const jobs = 'select count(*)::integer as jobs from jobs';
    const before = await withClient(server.url, (client) => client.query(jobs));
    expect(before.rows[0].jobs).toBeGreaterThan(0);
    const db = await openDatabase({ url: server.url, log: silentLog, applicationName: 'test' });
    await db.close();
    expect(await owners(server.url)).toEqual([SERVER_ROLE]);
    expect((await withClient(server.url, (client) => client.query(jobs))).rows).toEqual(before.rows);
    await server.stop();
  });

  it('takes over from a server that release 0.1 left running on a port', async () => {
    await beginWithRelease();
    const port = await launchAsEarlier();
    const server = await place.start();
    expect(server.adopted).toBe(false);
    await expect(answer(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await answer(server.url)).toEqual(OURS);
    await server.stop();
  });

  it('waits until nobody uses that server any more', async () => {
    await beginWithRelease();
    const url = new URL(await launchAsEarlier());
    url.pathname = '/postgres';
    await withClient(url.href, async (client) => {
      // As the keeper of a process of that release holds it.
      await client.query('select pg_advisory_lock_shared(7165916604736876910)');
      await expect(place.start()).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('in use by an earlier release'),
      });
      await client.query('select 1');
    });
  });
});

describe.skipIf(process.platform === 'win32')('the folder of the socket', () => {
  it('is the cluster’s own, which nobody else may enter, and there is no port', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    expect(server.locations.listens).toBe(cluster());
    expect((await stat(server.locations.listens)).mode & 0o077).toBe(0);
    const { rows } = await withClient(server.url, (client) => client.query('show listen_addresses'));
    expect(rows).toEqual([{ listen_addresses: '' }]);
    await server.stop();
  });

  it('is a short one where the data directory’s path is too long, closed to others and gone when the server stops', async () => {
    place.dataDir = join(place.parent, 'long'.repeat(20), 'data');
    expect(isShortEnough(cluster())).toBe(false);
    const server = await place.start();
    const folder = server.locations.listens;
    expect(isShortEnough(folder)).toBe(true);
    const { mode, uid } = await stat(folder);
    expect(mode & 0o777).toBe(0o700);
    expect(uid).toBe((await stat(cluster())).uid);
    expect(await answer(server.url)).toEqual(OURS);
    const second = await place.start();
    expect(second).toMatchObject({ adopted: true, url: server.url });
    await second.stop();
    await server.stop();
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is refused where somebody else could have made it: as a link, open, or a file', async () => {
    const made = join(place.parent, 'made');
    await claimFolder(made, null);
    await claimFolder(made, null);
    const open777 = join(place.parent, 'open');
    await mkdir(open777, { mode: 0o755 });
    const link = join(place.parent, 'link');
    await symlink(made, link);
    for (const path of [open777, link, '/dev/null']) {
      await expect(claimFolder(path, null), path).rejects.toMatchObject({ code: 'bad_setting' });
    }
  });

  it('is the one that is known, for those who know it', async () => {
    const long = join('/', 'long'.repeat(30));
    const known = join(place.parent, 'known');
    expect(await socketFolder(long, null, known)).toBe(known);
    expect(await socketFolder('/short', null, known)).toBe('/short');
  });
});
