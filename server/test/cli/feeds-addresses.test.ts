/** Feeds of addresses: fetched by a worker with what was sealed when they were made, told of without it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { renewByChore } from '../../src/jobs/renew-keys.ts';
import { runFeeds } from '../../src/worker/feeds.ts';
import { type DatabaseDoor, openDatabaseDoor } from '../sources/database-door.ts';
import { type Authority, type FileServer, issueAuthority, sendFile, startFileServer } from '../sources/file-server.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { emptyDatabase, withClient } from '../support/postgres.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;
const GOING_ON = new AbortController().signal;
const AT_SIX = ['--at', '06:00', '--zone', 'UTC'];

let authority: Authority;
let files: FileServer;
let provider: Awaited<ReturnType<typeof emptyDatabase>>;
let door: DatabaseDoor;
let server: TestApp;
beforeAll(async () => {
  authority = issueAuthority();
  files = await startFileServer(authority);
  provider = await emptyDatabase();
  door = await openDatabaseDoor(provider.url, authority);
  await withClient(provider.url, (client) =>
    client.query("create table homes as select 7 as property_id, 'Kiel' as city"),
  );
  const settings = {
    CONVEYANCE_ROLE: 'api',
    CONVEYANCE_LOAD_ALLOW: '127.0.0.1',
    CONVEYANCE_LOAD_CA: authority.file,
  };
  server = await testApp({ demo: false, settings });
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await door?.close();
  await provider?.close();
  await files?.close();
  authority?.remove();
}, PATIENCE_MS);
afterEach(() => vi.unstubAllEnvs());

const run = (...argv: readonly string[]) => cli(argv, { deps: server.app.deps });
async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}
const stateOf = async (name: string) =>
  (await json('loads', 'list')).feeds.find((feed: { name: string }) => feed.name === name);
async function loadNow(name: string) {
  await run('loads', 'run', name);
  await runFeeds(server.app.deps, GOING_ON);
  return stateOf(name);
}
const latest = async () => (await json('load', 'history')).loads[0];
/** All that the database has, as text and as the bytes of `bytea` would show it. */
const everythingStored = () =>
  withClient(server.databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const { rows: all } = await client.query<{ text: string }>(`select t::text as text from "${name}" as t`);
      texts.push(...all.map(({ text }) => text));
    }
    return texts.join('\n');
  });
const hidden = (word: string) => [word, Buffer.from(word).toString('hex')];
const tellsOf = (text: string, word: string) => hidden(word).some((each) => text.includes(each));

describe('a feed of addresses', { timeout: PATIENCE_MS }, () => {
  it('is fetched over https by a worker, with the query that nobody is told', async () => {
    files.answer = (request, response) =>
      request.url?.endsWith('?sig=HUSH') === true
        ? sendFile(request, response, Buffer.from('property_id,city\n1,Rome\n'), { etag: '"one"' })
        : response.writeHead(403).end();
    const address = `${files.origin}/feed/properties.csv`;
    const made = await run('loads', 'schedule', 'acme', `${address}?sig=HUSH`, ...AT_SIX, '--json');
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({ state: 'waiting', sources: [`${address}?…`] });
    expect(await loadNow('acme')).toMatchObject({ state: 'loaded' });
    expect(await latest()).toMatchObject({ origin: 'feed', feed: 'acme', sources: [`${address}?…`], version: 1 });
    expect(await loadNow('acme')).toMatchObject({ state: 'unchanged' });
    const shown = await json('loads', 'show', 'acme');
    expect(shown.fetched).toEqual([{ address: `${address}?…`, user: null }]);
    const told = [made.stdout, made.stderr, JSON.stringify([shown, await json('audit', 'tail'), await latest()])];
    expect(tellsOf(told.join('\n'), 'HUSH')).toBe(false);
    const stored = await everythingStored();
    expect([tellsOf(stored, 'HUSH'), tellsOf(stored, '/feed/properties.csv')]).toEqual([false, true]);
    expect(await readdir(join(server.dataDir, 'objects', 'scratch')).catch(() => [])).toEqual([]);
  });

  it('is late when its server is away, and the history says why; then it has failed', async () => {
    files.answer = (_request, response) => response.writeHead(404).end();
    expect(await loadNow('acme')).toMatchObject({ state: 'failed' });
    expect(await latest()).toMatchObject({
      state: 'failed',
      feed: 'acme',
      sources: [`${files.origin}/feed/properties.csv?…`],
      failure: `${files.origin}/feed/properties.csv?… answers 404`,
    });
    await withClient(server.databaseUrl, (client) =>
      client.query("update feeds set planned_at = clock_timestamp() - interval '1 minute', due_at = clock_timestamp()"),
    );
    await runFeeds(server.app.deps, GOING_ON);
    expect(await stateOf('acme')).toMatchObject({ state: 'late' });
    await run('loads', 'delete', 'acme', '--yes');
  });

  it('reads a database with the password of when it was made, whatever the worker’s environment says', async () => {
    const { username, password, pathname } = new URL(provider.url);
    const place = `postgres://127.0.0.1:${door.port}${pathname}`;
    vi.stubEnv('PGPASSWORD', decodeURIComponent(password));
    const words = ['homes', place.replace('//', `//${username}@`), '--source-table', 'homes', '--table', 'properties'];
    const made = await run('loads', 'schedule', ...words, ...AT_SIX, '--json');
    expect(made.code, made.stderr).toBe(0);
    vi.stubEnv('PGPASSWORD', 'another');
    expect(await loadNow('homes')).toMatchObject({ state: 'loaded', sources: [place] });
    expect(await latest()).toMatchObject({ feed: 'homes', sources: [`${place}/homes`], failure: null });
    const shown = await json('loads', 'show', 'homes');
    expect(shown.fetched).toEqual([{ address: place, tables: ['homes'], user: username }]);
    expect((await run('loads', 'show', 'homes')).stdout).toContain(`as ${username}; tables homes`);
    const secret = decodeURIComponent(password);
    expect(tellsOf(made.stdout + made.stderr + JSON.stringify(shown), secret)).toBe(false);
    const stored = await everythingStored();
    // The control: who logs in is sealed with it, and the place is told.
    expect([tellsOf(stored, secret), stored.includes(place)]).toEqual([false, true]);
  });

  it('goes on after its logins were renewed, and after the keys were', async () => {
    const { db } = server.app.deps;
    const feed = await db.feeds.named('homes');
    const before = await db.feeds.sealed(feed?.id ?? '');
    vi.stubEnv('PGPASSWORD', 'wrong');
    expect((await run('loads', 'login', 'homes')).stdout).toMatch(/^homes: sealed anew for postgres:\/\/127/);
    expect(await loadNow('homes')).toMatchObject({ state: 'failed' });
    const { failure } = await latest();
    expect([failure.includes('wrong'), failure]).toEqual([false, expect.stringContaining('postgres://127.0.0.1')]);
    vi.stubEnv('PGPASSWORD', decodeURIComponent(new URL(provider.url).password));
    await run('loads', 'login', 'homes');
    expect(await loadNow('homes')).toMatchObject({ state: 'unchanged' });
    const renewed = await db.feeds.sealed(feed?.id ?? '');
    expect(renewed).not.toEqual(before);
    const { vault } = server.app.deps;
    // As if the key had a successor.
    const old = { ...vault, isCurrent: () => false };
    expect(await renewByChore({ db, vault: old }, GOING_ON)).toMatchObject({ sealed: 1 });
    expect(await db.feeds.sealed(feed?.id ?? '')).not.toEqual(renewed);
    expect(await loadNow('homes')).toMatchObject({ state: 'unchanged' });
    const entries = (await json('audit', 'tail', '-n', '50')).entries.map(
      ({ subject }: { subject: string }) => subject,
    );
    expect(entries).toContainEqual(expect.stringMatching(/^homes logins renewed, by /));
  });

  it('has failed, and says what to do, when what it is fetched with is gone', async () => {
    await withClient(server.databaseUrl, (client) => client.query('delete from feed_secrets'));
    expect((await json('loads', 'show', 'homes')).fetched).toBeNull();
    expect((await run('loads', 'show', 'homes')).stdout).toContain('make the feed again');
    expect(await loadNow('homes')).toMatchObject({ state: 'failed' });
    expect((await latest()).failure).toContain('make it again');
  });

  it.each([
    ['ftp://127.0.0.1/properties.csv', [], 'no address that data is loaded from'],
    ['https://user:HUSH@127.0.0.1/properties.csv', [], 'leave them out'],
    ['https://10.0.0.1/properties.csv', [], 'CONVEYANCE_LOAD_ALLOW'],
    ['postgres://reader:HUSH@127.0.0.1/acme', ['--source-table', 'homes'], 'take it out'],
    ['s3://acme/feed/', [], 'CONVEYANCE_LOAD_S3_KEY_ID'],
  ])('is not made of %s', async (address, flags, words) => {
    const { code, stdout, stderr } = await run('loads', 'schedule', 'bad', address, ...AT_SIX, ...flags);
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(stdout + stderr).not.toContain('HUSH');
    expect(await server.app.deps.db.feeds.named('bad')).toBeNull();
  });
});
