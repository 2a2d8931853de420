/** What a match needs at hand: the index of the data, and the upload until the job has ended. */
import { utimes } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { sweepUploads } from '../../src/jobs/expire.ts';
import { runMatch } from '../../src/jobs/run/match.ts';
import { uploadKey } from '../../src/jobs/upload-key.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody } from '../support/file-jobs.ts';
import { loadCsv, PROPERTIES } from '../support/match-data.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const CSV = 'a,c,s,z\n767 3rd Ave,New York,NY,10017\n';
const METADATA = {
  headers: ['a', 'c', 's', 'z'],
  mapping: { address_line_1: 'a', address_city: 'c', address_state: 's', address_postal: 'z' },
};

/** Answers and does not work: a job stays where it is until a test runs it. */
let idle: TestApp;
beforeAll(async () => {
  idle = await testApp({ demo: false, settings: { CONVEYANCE_ROLE: 'api' } });
  await loadCsv(idle.app, { properties: PROPERTIES });
});
afterAll(() => idle.close());

// Control, run: with the upload deleted at the end of `runMatch` the second run finds none.
test('an upload is there for every attempt, and is swept when the job has ended', async () => {
  const { deps } = idle.app;
  const account = await idle.account();
  const response = await new BatchClient(idle, account).submit('match', CSV, METADATA);
  const { id } = (await response.json()) as BatchJobBody;
  const owner = { accountId: account.id, id };
  const key = uploadKey(owner);
  await utimes(await deps.store.localize(key), LONG_AGO, LONG_AGO);
  expect(await sweepUploads(deps)).toBe(0);

  const claim = await deps.db.queue.claim({ workerId: 'test', leaseSeconds: 30, accountConcurrency: 1 });
  const job = await deps.db.jobs.get(owner);
  if (claim === null || job?.kind !== 'match') throw new Error('the job is not there');
  // A process that has no children for jobs does the work with one for programs.
  const engine: typeof deps.engine = {
    ...deps.engine,
    run: (program, _how, watch) => deps.engine.run(program, { lane: 'load' }, watch),
  };
  const running = { ...deps, engine };
  // It may die behind the run and before the commit: then there is another run.
  const runs = [];
  for (let run = 0; run < 2; run++) runs.push(await runMatch(running, claim, job, new AbortController().signal));
  expect(runs[1]?.[0]?.sha256).toBe(runs[0]?.[0]?.sha256);
  expect(await sweepUploads(deps)).toBe(0);
  await deps.db.jobs.finish(owner, { outcome: 'cancelled' });
  expect(await sweepUploads(deps)).toBe(1);
  expect(await deps.store.stat(key)).toBeNull();
});

test('data that was loaded without an index gives a 503 that says what to do', async () => {
  const { deps } = idle.app;
  const version = await deps.db.warehouse.current();
  const kept = Object.entries(version?.tables ?? {}).filter(([table]) => !table.startsWith('match_'));
  const propertyIds = PropertyIdSet.of(await deps.db.warehouse.propertyIds(version?.version ?? 0));
  await deps.db.warehouse.commit({ base: version?.version ?? null, tables: Object.fromEntries(kept), propertyIds });
  const client = new BatchClient(idle, await idle.account());
  const submitted = await client.submit('match', CSV, METADATA);
  const resolved = await client.request('/resolve/property', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address_line_1: '767 3rd Ave' }),
  });
  for (const response of [submitted, resolved]) {
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('3600');
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('loaded anything anew') });
  }
  // Any load makes the index, also one that changes no address.
  await loadCsv(idle.app, { property_addresses: 'property_id,address\n1,200 East 48th Street\n' });
  expect((await client.submit('match', CSV, METADATA)).status).toBe(201);
});
