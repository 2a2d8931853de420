/** Feeds: made by commands, loaded by a worker at their time, late and failed where they are. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOfTime } from '../../src/warehouse/feeds/feeds.ts';
import { runFeeds } from '../../src/worker/feeds.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { withClient } from '../support/postgres.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 120_000;
const GOING_ON = new AbortController().signal;

let server: TestApp;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-feeds-'));
  // No worker of its own: the tests say when one looks.
  server = await testApp({ demo: false, settings: { CONVEYANCE_ROLE: 'api' } });
}, PATIENCE_MS);
afterAll(async () => {
  await server?.close();
  await rm(directory, { recursive: true, force: true });
});

const run = (...argv: readonly string[]) => cli(argv, { deps: server.app.deps });
async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}
const look = () => runFeeds(server.app.deps, GOING_ON);
/** As if its time had been so long ago. */
const hadTime = (name: string, minutesAgo: number) =>
  withClient(server.databaseUrl, (client) =>
    client.query(
      `update feeds set planned_at = clock_timestamp() - make_interval(mins => $2), due_at = clock_timestamp() where name = $1`,
      [name, minutesAgo],
    ),
  );
const stateOf = async (name: string) => {
  const { feeds } = await json('loads', 'list');
  return feeds.find((feed: { name: string }) => feed.name === name);
};

describe('conveyance loads', { timeout: PATIENCE_MS }, () => {
  it('schedules a feed, which a worker loads once at its time', async () => {
    const pattern = join(directory, '*.txt');
    const mapping = join(directory, 'acme.yaml');
    await writeFile(
      mapping,
      'mapping: 1\nfiles:\n  - table: properties\n    columns: { property_id: Id, city: Town }\n',
    );
    const made = await json(
      'loads',
      'schedule',
      'acme',
      pattern,
      '--at',
      '06:00',
      '--zone',
      'UTC',
      '--mapping',
      mapping,
    );
    expect(made).toMatchObject({
      name: 'acme',
      state: 'waiting',
      frequency: 'daily',
      time: '06:00',
      time_zone: 'UTC',
      sources: [pattern],
    });
    await rm(mapping);
    await look();
    expect(await stateOf('acme')).toMatchObject({ state: 'waiting' });
    await writeFile(join(directory, 'a.txt'), 'Id,Town\n1,Rome\n');
    await hadTime('acme', 1);
    await Promise.all([look(), look(), look()]);
    expect(await stateOf('acme')).toMatchObject({ state: 'loaded', planned_at: expect.stringMatching(/T06:00:00/) });
    const { loads } = await json('load', 'history');
    expect(loads).toMatchObject([{ origin: 'feed', feed: 'acme', version: 1, mapping: 'acme.yaml' }]);
    expect((await run('loads', 'run', 'acme')).stdout).toBe('acme: loaded within seconds\n');
    await look();
    expect(await stateOf('acme')).toMatchObject({ state: 'unchanged' });
  });

  it('is tried again while its grace lasts, then has failed until its next time; figures and the audit log say so', async () => {
    await run('loads', 'schedule', 'gone', join(directory, 'gone.csv'), '--at', '06:00', '--late-after', '30');
    await hadTime('gone', 1);
    await look();
    expect(await stateOf('gone')).toMatchObject({ state: 'late' });
    expect(await server.app.deps.db.feeds.counts()).toMatchObject({ late: 0, failed: 0 });
    await hadTime('gone', 31);
    expect(await server.app.deps.db.feeds.counts()).toMatchObject({ late: 1, failed: 0 });
    await look();
    const { state, next_try_at: next } = await stateOf('gone');
    expect([state, Date.parse(next) > Date.now()]).toEqual(['failed', true]);
    expect(await server.app.deps.db.feeds.counts()).toMatchObject({ late: 0, failed: 1 });
    const { entries } = await json('audit', 'tail', '-n', '20');
    expect(entries.at(-1)).toMatchObject({ event: 'feed-failed', subject: 'gone' });
    expect((await json('load', 'history')).loads[0]).toMatchObject({
      feed: 'gone',
      state: 'failed',
      failure: expect.stringContaining('gone.csv'),
    });
  });

  it('pauses, resumes and deletes', async () => {
    expect((await run('loads', 'pause', 'gone')).stdout).toBe('gone: paused\n');
    expect((await run('loads', 'run', 'gone')).stdout).toBe('gone: is paused: resume it first\n');
    expect(await stateOf('gone')).toMatchObject({ paused: true, planned_at: null });
    expect((await run('loads', 'resume', 'gone')).stdout).toBe('gone: resumed\n');
    expect((await json('loads', 'show', 'gone')).request).toMatchObject({ table: null, max_rejects: 1000 });
    expect((await run('loads', 'delete', 'gone')).stderr).toContain('--yes does it');
    await run('loads', 'delete', 'gone', '--yes');
    expect(await run('loads', 'show', 'gone')).toMatchObject({
      stderr: expect.stringContaining('There is no feed gone'),
    });
  });

  it.each([
    [['--at', '6'], '--at is a time as 06:00'],
    [['--at', '06:00', '--zone', 'Mars'], 'IANA time zone'],
    [['--at', '06:00', '--every', 'week'], '--every week needs --weekday'],
    [['--at', '06:00', '--table', 'unit'], 'there is no table unit'],
    [['--at', '06:00', '--query', 'select 1'], 'are for a database'],
  ])('refuses %j', async (flags, words) => {
    const { code, stderr } = await run('loads', 'schedule', 'bad', 'x.csv', ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe('what a time came to', () => {
  const rule = { frequency: 'daily', time: '06:00', timeZone: 'UTC' } as const;
  const plannedAt = new Date('2026-03-01T06:00:00Z');
  const at = (time: string) => new Date(`2026-03-${time}:00Z`);
  const end = (state: 'loaded' | 'failed', now: Date) => endOfTime({ rule, plannedAt, graceMinutes: 60 }, state, now);

  it.each([
    ['loaded', '01T06:10', 'loaded', '02T06:00', '02T06:00'],
    ['failed', '01T06:10', 'late', '01T06:25', '01T06:00'],
    ['failed', '01T06:50', 'late', '01T07:00', '01T06:00'],
    ['failed', '01T07:00', 'failed', '02T06:00', '02T06:00'],
    ['failed', '04T09:00', 'failed', '05T06:00', '05T06:00'],
    ['loaded', '01T05:00', 'loaded', '01T06:00', '01T06:00'],
    ['failed', '01T05:00', 'failed', '01T06:00', '01T06:00'],
  ] as const)('%s at %s: %s, tried next at %s for %s', (state, now, then, dueAt, planned) => {
    expect(end(state, at(now))).toEqual({ state: then, dueAt: at(dueAt), plannedAt: at(planned) });
  });
});
