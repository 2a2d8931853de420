/** An erasure that is killed at any step leaves whole versions, and is finished by doing it again with the same value. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JobKey } from '../../src/core/job.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { erasePerson } from '../../src/jobs/erasure/erase.ts';
import { PLACE_NAMES } from '../../src/jobs/erasure/places.ts';
import { foundNothing, planErasure } from '../../src/jobs/erasure/plan.ts';
import { uploadKey } from '../../src/jobs/upload-key.ts';
import { openBackupSource } from '../../src/postgres/backup/moment.ts';
import { checkObjects } from '../../src/warehouse/history/check.ts';
import { World as Jobs, resultFile, success, TERMS } from '../contract/database-world.ts';
import { silentLog } from '../support/postgres.ts';
import { openWorld, openWorldEngine, type World, type WorldEngine } from '../warehouse/world.ts';

const WATCH = { signal: new AbortController().signal };
const JANE = 'Jane Doe';

let engine: WorldEngine;
let world: World;
let done: JobKey;
let waiting: JobKey;

beforeAll(async () => {
  engine = await openWorldEngine();
});
afterAll(() => engine.close());

async function put(key: string, text: string): Promise<void> {
  const writer = await world.deps.store.create(key);
  await writer.write(Buffer.from(text));
  await writer.finish();
}

beforeEach(async () => {
  world = await openWorld({ shared: engine });
  const { db } = world.deps;
  const load = async (text: string, note: string | null = null) =>
    world.load([await world.write('properties.csv', text)], note === null ? {} : { note });
  await load('property_id,city\n1,Rome\n', 'asked by jane doe');
  await load(`property_id,owner_name\n1,${JANE}\n2,John Roe\n`);
  await load('property_id,city\n2,Oslo\n');
  const jobs = new Jobs(db);
  const owner = await jobs.account();
  done = await jobs.submit(owner, { dataVersion: 2 });
  const claim = await db.queue.claim(TERMS);
  const result = resultFile(`results/${done.accountId}/${done.id}/1/property.csv`);
  await put(result.key, `id,owner_name\n1,${JANE}\n`);
  await db.jobs.finish(done, success(1, result));
  if (claim !== null) await db.queue.settle(claim);
  waiting = await jobs.submit(owner, { dataVersion: 3 });
  await put(uploadKey(done), `name\n${JANE}\n`);
}, 60_000);
afterEach(() => world.close());

function deps() {
  const policy = { webhookSchedule: [0] } as unknown as Parameters<typeof erasePerson>[0]['policy'];
  return { ...world.deps, meter: NO_METER, policy };
}

async function kill(dieAt: string): Promise<void> {
  const settings = {
    url: world.databaseUrl,
    root: world.objects,
    spillDirectory: join(world.directory, 'killed-spill'),
    values: [JANE],
    dieAt,
  };
  const killed = spawn(process.execPath, [join(import.meta.dirname, 'erase-process.mjs'), JSON.stringify(settings)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
}

const numbers = async () => (await world.deps.db.warehouse.versions()).map(({ version }) => version);

async function expectWhole(): Promise<void> {
  const versions = await Promise.all((await numbers()).map((version) => world.deps.db.warehouse.get(version)));
  const there = versions.filter((version) => version !== null);
  expect(await checkObjects(world.deps, there, WATCH)).toMatchObject({ faults: [] });
}

async function expectErased(): Promise<void> {
  expect(foundNothing(await planErasure(deps(), [JANE], WATCH))).toBe(true);
  expect(await numbers()).toEqual([4, 1]);
  const owners = await world.rows('properties', 'SELECT owner_name AS owner FROM properties ORDER BY property_id');
  expect(owners).toEqual([{ owner: null }, { owner: 'John Roe' }]);
  const { db, store } = world.deps;
  expect(await db.jobs.get(done)).toMatchObject({ erasedAt: expect.any(Date), warnings: [expect.any(String)] });
  expect(await db.jobs.get(waiting)).toMatchObject({ status: 'submitted', dataVersion: 4 });
  expect(await store.stat(uploadKey(done))).toBeNull();
  expect(await store.stat(`results/${done.accountId}/${done.id}/1/property.csv`)).toBeNull();
  expect(await db.erasures.unfinished()).toEqual([]);
  await expectWhole();
}

it.each(PLACE_NAMES)('killed when it comes to %s, and finished by the next', async (place) => {
  await kill(place);
  await expectWhole();
  const plan = await planErasure(deps(), [JANE], WATCH);
  // Only its end, and what a node keeps, are left behind the last place that people see.
  expect(foundNothing(plan)).toBe(['remains', 'copies'].includes(place));
  expect((await world.deps.db.erasures.unfinished()).length).toBe(place === 'list' ? 0 : 1);
  await erasePerson(deps(), plan, 'a test', WATCH);
  await expectErased();
});

it('killed as soon as it has ended, it has ended', async () => {
  await kill('ended');
  await expectErased();
});

it('is refused while a backup is made, and goes on when that is done', async () => {
  const plan = await planErasure(deps(), [JANE], WATCH);
  const backup = await openBackupSource({ url: world.databaseUrl, log: silentLog, applicationName: 'a backup' });
  await expect(erasePerson(deps(), plan, 'a test', WATCH)).rejects.toMatchObject({ code: 'unavailable' });
  await backup.close();
  expect(await numbers()).toEqual([4, 3, 2, 1]);
  await erasePerson(deps(), await planErasure(deps(), [JANE], WATCH), 'a test', WATCH);
  await expectErased();
});
