import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readSettings } from '../../src/config.ts';
import type { Logger } from '../../src/core/ports/logger.ts';
import { beginKeysAndDatabase } from '../../src/keys.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { startEmbedded } from '../../src/postgres/embedded/embedded.ts';
import { keep, letGo } from '../../src/postgres/embedded/keeper.ts';
import { eventually } from '../contract/database-world.ts';
import { asSuperuser, silentLog, withClient } from '../support/postgres.ts';
import { answer, EmbeddedPlace, endElsewhere, PASSWORD, removeMadeCluster } from './embedded-place.ts';
import type { Started } from './other-process.ts';

/** Of 24 starts, one after the other. Longer than a single start may take: should one hang, its own error is to be seen. */
const MANY_STARTS_TIMEOUT_MS = 150_000;

let place: EmbeddedPlace;

beforeEach(async () => {
  place = await EmbeddedPlace.prepare();
});
afterEach(() => place.tidy());
afterAll(() => removeMadeCluster());

function hostOf(url: string): string {
  return decodeURIComponent(new URL(url).hostname);
}

describe('the embedded server', () => {
  it('starts on a socket with a password, safe settings and checksums, and keeps its data', async () => {
    const first = await place.start();
    expect(first.adopted).toBe(false);
    expect(await place.running()).toEqual({ pid: expect.any(Number), host: hostOf(first.url), port: 5432 });
    expect(await answer(first.url)).toEqual({ current_user: 'conveyance_server', current_database: 'conveyance' });
    const settings = await withClient(first.url, async (client) => {
      await client.query('create table kept as select 42 as value');
      const names = [
        'fsync',
        'full_page_writes',
        'synchronous_commit',
        'data_checksums',
        'listen_addresses',
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
      listen_addresses: '',
      server_encoding: 'UTF8',
    });
    const wrong = new URL(first.url);
    wrong.password = 'wrong';
    await expect(answer(wrong.href)).rejects.toMatchObject({ code: '28P01' });
    await first.stop();
    await first.stop();
    expect(await place.running()).toBeNull();

    const second = await place.start();
    const { rows } = await withClient(second.url, (client) => client.query('select value from kept'));
    expect(rows).toEqual([{ value: 42 }]);
    await second.stop();
  });

  it('does not stay for a program that cannot start, which has begun it before it looked at anything else', async () => {
    const settings = readSettings({
      CONVEYANCE_DATA_DIR: place.dataDir,
      CONVEYANCE_LOG_LEVEL: 'silent',
      CONVEYANCE_PORT: '0',
      CONVEYANCE_HOST: '192.0.2.1',
    });
    const begun = beginKeysAndDatabase(settings);
    await expect(createApp(settings, [], { begun })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
    expect((await begun).embedded?.adopted).toBe(false);
    expect(await place.running()).toBeNull();
  });

  it('stops as well where the connection that held it was lost', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    const running = await place.running();
    const kept = running && (await keep(server.locations.cluster, running, PASSWORD));
    if (kept === null) throw new Error('the server runs');
    const { client: keeper } = kept;
    const { rows } = await keeper.query<{ pid: number }>('select pg_backend_pid() as pid');
    await withClient(asSuperuser(server.url, PASSWORD), (admin) =>
      admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]),
    );
    expect(await letGo(keeper)).toBe(false);
    // Once more, when it is known to be lost.
    expect(await letGo(keeper)).toBe(false);
    await keeper.end();
    await server.stop();
    expect(await place.running()).toBeNull();
  });

  it('takes another password while it works: connections of before go on, and new ones take it in turn', async () => {
    await place.beginWithCluster();
    const NEXT = 'the password of afterwards';
    let candidates: readonly string[] = [PASSWORD];
    const server = await startEmbedded({ dataDir: place.dataDir, password: async () => candidates, log: silentLog });
    const options = { url: server.url, password: server.password, log: silentLog, applicationName: 'test' };
    const db = await openDatabase(options);
    try {
      candidates = [PASSWORD, NEXT];
      await server.changePassword(NEXT);
      expect([await server.accepts(PASSWORD), await server.accepts(NEXT)]).toEqual([false, true]);
      // More than are open: some are made now, with either password at hand.
      await Promise.all(Array.from({ length: 20 }, () => db.accounts.list()));
      candidates = [NEXT];
      await db.ping();
      await expect(withClient(server.url, (client) => client.query('select 1'))).rejects.toMatchObject({
        code: '28P01',
      });
    } finally {
      await db.close();
      await server.stop();
    }
    await expect(place.start()).rejects.toMatchObject({ message: expect.stringContaining('refuses our password') });
    candidates = [PASSWORD, NEXT];
    const again = await startEmbedded({ dataDir: place.dataDir, password: async () => candidates, log: silentLog });
    await again.stop();
  });

  it('runs nowhere before it was ever started', async () => {
    expect(await place.running()).toBeNull();
  });

  it('is adopted after its starter was killed', async () => {
    await place.beginWithCluster();
    const starter = place.startElsewhere();
    const { url } = await starter.next<Started>();
    starter.kill('SIGKILL');
    expect(await starter.ended).toBeNull();
    const server = await place.start();
    expect(server).toMatchObject({ url, adopted: true });
    expect(await answer(url)).toBeTruthy();
    await server.stop();
    expect(await place.running()).toBeNull();
  });

  it('is stopped by its last user only', async () => {
    await place.beginWithCluster();
    const starter = place.startElsewhere();
    const { url } = await starter.next<Started>();
    const server = await place.start();
    expect(server).toMatchObject({ url, adopted: true });
    await expect(server.remove()).rejects.toMatchObject({ code: 'unavailable' });
    expect(await answer(url)).toBeTruthy();
    const again = await place.start();
    await endElsewhere(starter, 'stop');
    expect(await answer(url)).toBeTruthy();
    await again.stop();
    expect(await place.running()).toBeNull();
  });

  it('is started once by two processes that begin at the same time on nothing', async () => {
    const starters = [place.startElsewhere(), place.startElsewhere()];
    const started = await Promise.all(starters.map((other) => other.next<Started>()));
    expect(started.map(({ adopted }) => adopted).toSorted()).toEqual([false, true]);
    expect(new Set(started.map(({ url }) => url)).size).toBe(1);
    for (const other of starters) await endElsewhere(other, 'stop');
    expect(await place.running()).toBeNull();
    // Copies of the programs are made where the database's user cannot reach the checkout.
    const left = (await readdir(place.dataDir)).filter((name) => !name.startsWith('postgres-binaries-'));
    expect(left.toSorted()).toEqual(['postgres', 'postgres.log']);
  });

  it('serves everybody who starts it while others stop it', { timeout: MANY_STARTS_TIMEOUT_MS }, async () => {
    await place.beginWithCluster();
    async function use(): Promise<void> {
      for (let round = 0; round < 8; round++) {
        const server = await place.start();
        expect(await answer(server.url)).toBeTruthy();
        await server.stop();
      }
    }
    await Promise.all([use(), use(), use()]);
    expect(await place.running()).toBeNull();
  });

  it('is started again at the same place when it dies under its users', async () => {
    await place.beginWithCluster();
    const events: string[] = [];
    const log: Logger = { ...silentLog, info: (event) => events.push(event), warn: (event) => events.push(event) };
    const server = await place.start(log);
    const before = await place.running();
    if (before === null) throw new Error('the server does not run');
    process.kill(before.pid, 'SIGKILL');
    await eventually(() => events.includes('embedded-database-back'), 'the server to be back');
    expect(await answer(server.url)).toBeTruthy();
    const after = await place.running();
    expect(after?.host).toBe(before.host);
    expect(after?.pid).not.toBe(before.pid);
    await server.stop();
  });

  it('refuses another password than the one it was made with', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    const other = place.start(silentLog, 'another');
    await expect(other).rejects.toMatchObject({ code: 'bad_setting' });
    await server.stop();
  });

  it('does not begin with an empty database where its own is missing', async () => {
    await mkdir(place.dataDir);
    await symlink(join(place.parent, 'gone'), join(place.dataDir, 'postgres'));
    await expect(place.start()).rejects.toMatchObject({
      code: 'bad_setting',
      message: expect.stringContaining('not there'),
    });
    await rm(join(place.dataDir, 'postgres'));
  });

  it('leaves nothing behind when it is removed', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    await server.remove();
    expect(await readdir(place.dataDir)).toEqual([]);
  });

  it('writes no statement to its log', async () => {
    await place.beginWithCluster();
    const server = await place.start();
    await expect(withClient(server.url, (client) => client.query("select 'a customer' / 0"))).rejects.toThrow();
    await server.stop();
    const log = await readFile(join(place.dataDir, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toContain('STATEMENT');
  });
});
