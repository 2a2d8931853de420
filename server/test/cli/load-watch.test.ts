/** `load --watch`: files are loaded in their order as soon as they are complete, once, by one watcher, and what is wrong stops nobody. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WatchedFolder } from '../../src/cli/operator/load/watched-folder.ts';
import { type TestApp, testApp, until } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;
const ALL = { table: null, from: null, until: null, before: null, limit: 20 };

let server: TestApp;
let folder: string;

beforeAll(async () => {
  server = await testApp({ demo: false, settings: { CONVEYANCE_ROLE: 'api' } });
}, PATIENCE_MS);
afterAll(() => server?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conveyance-watch-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const filesIn = async (...below: readonly string[]) =>
  (await readdir(join(folder, ...below))).filter((name) => !name.startsWith('.')).sort();

/** Watches until the condition holds, is told to stop as by SIGTERM, and has then ended well. */
async function watching(isOver: () => Promise<boolean>, ...flags: readonly string[]) {
  const stop = new AbortController();
  const argv = ['load', '--watch', folder, '--settle', '0', '--json', ...flags];
  const ran = cli(argv, { deps: server.app.deps, interrupt: stop.signal });
  await until(isOver, (over) => over);
  stop.abort();
  const { code, stdout, stderr } = await ran;
  expect(code, stderr).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as { file: string; result: string; moved_to: string });
}

async function cityOf(): Promise<readonly unknown[]> {
  const loads = await server.app.deps.db.loads.list(ALL);
  return loads.map(({ sources, version, failure }) => [sources[0]?.split('/').at(-1), version, failure !== null]);
}

describe('load --watch', { timeout: PATIENCE_MS }, () => {
  it('loads the oldest first, each by itself, goes on behind a broken one, and moves each away', async () => {
    await put('properties-2.csv', 'property_id,city\n1,Oslo\n');
    await put('properties-1.csv', 'property_id,city\n1,Rome\n');
    await put('nonsense.csv', 'a,b\n1,2\n');
    await put('properties-3.csv.tmp', 'property_id,city\n1,Half');
    await put('read.me', 'no data');
    const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
    await utimes(join(folder, 'properties-1.csv'), at(1), at(1));
    await utimes(join(folder, 'nonsense.csv'), at(2), at(2));
    await utimes(join(folder, 'properties-2.csv'), at(3), at(3));
    const told = await watching(async () => (await filesIn('done').catch(() => [])).length === 2);
    expect(told.map(({ file, result }) => [file, result])).toEqual([
      ['properties-1.csv', '1 row, data version 1'],
      ['nonsense.csv', expect.stringMatching(/^failed: .*nonsense\.csv/)],
      ['properties-2.csv', '1 row, data version 2'],
    ]);
    expect(await filesIn()).toEqual(['done', 'failed', 'properties-3.csv.tmp', 'read.me']);
    expect(await filesIn('failed')).toEqual(['nonsense.csv', 'nonsense.csv.reason.txt']);
    expect(await readFile(join(folder, 'failed', 'nonsense.csv.reason.txt'), 'utf8')).toContain('nonsense.csv');
    expect(await cityOf()).toEqual([
      ['properties-2.csv', 2, false],
      ['nonsense.csv', null, true],
      ['properties-1.csv', 1, false],
    ]);
    expect(await server.app.deps.db.loads.get(1)).toMatchObject({ origin: 'watch' });
  });

  it('knows a file whose load was killed before it was moved, and takes one that was put back', async () => {
    const { db } = server.app.deps;
    await put('properties.csv', 'property_id,city\n1,Bonn\n');
    const watched = new WatchedFolder(
      { folder, done: join(folder, 'done'), failed: join(folder, 'failed'), settleMs: 0, marker: null },
      () => 0,
    );
    const name = await watched.open();
    const [file] = await watched.complete();
    // As the killed process would have left it: the version is there, and the file too.
    const number = await db.loads.begin({
      ...{ origin: 'watch', by: null, note: null, sources: [], sourceCount: 1, mapping: null, feed: null },
      mark: `${name}/properties.csv/${file?.mark}`,
    });
    const end = { unchanged: null, tables: [], layouts: [], rejected: 0, rejectSums: [], failure: null };
    await db.loads.end(number, { ...end, version: 2 });
    const known = await watching(async () => (await filesIn('done').catch(() => [])).length === 1);
    expect(known.map(({ result }) => result)).toEqual([`stored already, by load ${number}`]);
    await rename(join(folder, 'done', 'properties.csv'), join(folder, 'properties.csv'));
    const again = await watching(async () => (await filesIn('done')).length === 1);
    expect(again.map(({ result }) => result)).toEqual(['1 row, data version 3']);
  });

  it('is done by one of two; a file that is called as one before gets another name', async () => {
    const before = (await server.app.deps.db.loads.list(ALL)).length;
    await mkdir(join(folder, 'done'));
    await writeFile(join(folder, 'done', 'properties.csv'), 'before');
    await put('properties.csv', 'property_id,city\n1,Kiel\n');
    const isOver = async () => (await filesIn('done')).length === 2;
    const [one, other] = await Promise.all([watching(isOver), watching(isOver)]);
    expect([...one, ...other].map(({ result }) => result)).toEqual(['1 row, data version 4']);
    expect((await server.app.deps.db.loads.list(ALL)).length).toBe(before + 1);
    expect(await readFile(join(folder, 'done', 'properties.csv'), 'utf8')).toBe('before');
  });

  it('leaves a file where it is that other changes came before, and loads it the next time', async () => {
    const { deps } = server.app;
    const rival = await mkdtemp(join(tmpdir(), 'conveyance-rival-'));
    const path = join(rival, 'properties.csv');
    let rivals = 0;
    /** As often as the file is about to become current, another load does. */
    const overtaken = async (...stored: Parameters<typeof deps.store.put>) => {
      const sealed = await deps.store.put(...stored);
      if (!stored[0].startsWith('warehouse/properties/')) return sealed;
      await writeFile(path, `property_id,city\n1,Rival ${rivals++}\n`);
      expect((await cli(['load', path], { deps })).code).toBe(0);
      return sealed;
    };
    const store = new Proxy(deps.store, {
      get: (target, name) => (name === 'put' ? overtaken : Reflect.get(target, name).bind(target)),
    });
    try {
      await writeFile(join(folder, 'properties.csv'), 'property_id,city\n1,Gent\n');
      const stop = new AbortController();
      const argv = ['load', '--watch', folder, '--settle', '0', '--json'];
      const ran = cli(argv, { deps: { ...deps, store }, interrupt: stop.signal });
      const mine = async () =>
        (await deps.db.loads.list(ALL)).find(({ origin, failure }) => origin === 'watch' && failure);
      const { failure } = (await until(mine, (load) => load?.failure?.includes('came first') === true)) ?? {};
      stop.abort();
      const { code, stdout } = await ran;
      expect([code, stdout, rivals]).toEqual([0, '', 5]);
      expect(failure).toContain('Do it again');
      expect([await filesIn(), await filesIn('failed')]).toEqual([['done', 'failed', 'properties.csv'], []]);
      const told = await watching(async () => (await filesIn('done')).length === 1);
      expect(told.map(({ result }) => result)).toEqual([expect.stringMatching(/^1 row, data version/)]);
    } finally {
      await rm(rival, { recursive: true, force: true });
    }
  });

  it.each([
    [['load', '--watch', 'x', 'file.csv'], 'name no files beside it'],
    [['load', '--watch', 'x', '--dry-run'], '--watch and --dry-run cannot be given together'],
    [['load', 'x', '--settle', '3'], '--settle goes with --watch'],
    [['load'], 'say what to load'],
  ])('refuses %j', async (argv, words) => {
    const { code, stderr } = await cli(argv, { deps: server.app.deps });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('a watched folder', () => {
  let now = 0;
  const open = async (marker: string | null) => {
    const terms = { folder, done: join(folder, 'done'), failed: join(folder, 'failed'), settleMs: 10_000, marker };
    const watched = new WatchedFolder(terms, () => now);
    await watched.open();
    return { watched, names: async () => (await watched.complete()).map(({ name }) => name) };
  };

  it('takes a file for complete when it has not changed for a while', async () => {
    const { names } = await open(null);
    await put('units.csv', 'a');
    expect(await names()).toEqual([]);
    now += 9_999;
    expect(await names()).toEqual([]);
    await put('units.csv', 'ab');
    now += 1;
    expect(await names()).toEqual([]);
    now += 10_000;
    expect(await names()).toEqual(['units.csv']);
  });

  it('or when its marker is there, which goes with it', async () => {
    const { watched, names } = await open('.ok');
    await put('units.csv', 'a');
    expect(await names()).toEqual([]);
    await put('units.csv.ok', '');
    const [file] = await watched.complete();
    expect(file?.name).toBe('units.csv');
    if (file !== undefined) await watched.moveAway(file, 'done');
    expect([await filesIn(), await filesIn('done')]).toEqual([
      ['done', 'failed'],
      ['units.csv', 'units.csv.ok'],
    ]);
  });
});
