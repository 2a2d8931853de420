/** How long a result lives, and that nothing is left which nothing refers to. */
import { existsSync } from 'node:fs';
import { utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import type { Job } from '../../src/core/job.ts';
import { authenticateKey } from '../../src/core/logins/credentials.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { UPLOAD_SUFFIX } from '../../src/core/ports/intake.ts';
import { createReportJob } from '../../src/jobs/create/report-job.ts';
import { sweepStorage } from '../../src/jobs/expire.ts';
import { readJob } from '../../src/jobs/read.ts';
import { resultKey } from '../../src/jobs/result-key.ts';
import { createDownloadLink } from '../../src/jobs/results/download.ts';
import { forgetOldRows } from '../../src/jobs/retention.ts';
import { OBJECT_RETENTION } from '../../src/jobs/retention-table.ts';
import { parseReportRequest } from '../../src/wire/apartmentiq/report-request.ts';
import { GUIDE_IDS, type TestApp, testApp, until } from '../support/app.ts';

const MS_PER_DAY = 86_400_000;
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

let server: TestApp;
let caller: Caller;

beforeAll(async () => {
  server = await testApp();
  const { key } = await server.account();
  const known = await authenticateKey(server.app.deps, key.accessKey, key.secret);
  if (known === null) throw new Error('a fresh key is not known');
  caller = known;
});
afterAll(() => server?.close());

/** The server's ports on another day. */
function on(day: Date): Deps {
  return { ...server.app.deps, clock: () => day };
}

function later(date: Date | null, days: number): Date {
  if (date === null) throw new Error('the date is not known');
  return new Date(date.getTime() + days * MS_PER_DAY);
}

async function finishedJob(): Promise<Job> {
  const { deps } = server.app;
  const { id } = await createReportJob(
    deps,
    caller,
    parseReportRequest(
      {
        report_type: 'property',
        output_format: 'csv',
        start_date: '2025-12-01',
        end_date: '2025-12-31',
        property_ids: [...GUIDE_IDS],
      },
      () => true,
    ),
  );
  return until(
    () => readJob(deps, caller, id),
    ({ status }) => status === 'succeeded',
  );
}

describe('a result', () => {
  it('can be downloaded for 30 days, and outlives its last link', async () => {
    const job = await finishedJob();
    const { store } = server.app.deps;
    const key = job.results[0]?.key ?? '';
    const days = ((job.expiresAt?.getTime() ?? 0) - (job.finishedAt?.getTime() ?? 0)) / MS_PER_DAY;
    expect(days).toBeCloseTo(30, 3);

    const lastDay = on(later(job.expiresAt, -0.001));
    const link = await createDownloadLink(lastDay, caller, job.id);
    await sweepStorage(on(later(job.expiresAt, 1)));
    await expect(createDownloadLink(on(later(job.expiresAt, 0)), caller, job.id)).rejects.toMatchObject({
      code: 'gone',
    });
    expect(link.expiresAt > later(job.expiresAt, 6.9)).toBe(true);
    expect(await store.stat(key)).not.toBeNull();

    await sweepStorage(on(later(job.expiresAt, 7.01)));
    expect(await store.stat(key)).toBeNull();
    // The record of what there was stays.
    expect((await readJob(server.app.deps, caller, job.id)).results[0]?.sha256).toBe(job.results[0]?.sha256);
  });
});

describe('a job', () => {
  it('is kept for its retention, then deleted with all that belongs to it, and its files always go first', async () => {
    const job = await finishedJob();
    const { deps } = server.app;
    const forget = (days: number) => forgetOldRows(on(later(job.finishedAt, days)), new AbortController().signal);
    await forget(399.9);
    // Long past its retention, but its file is still there.
    await forget(500);
    expect((await readJob(deps, caller, job.id)).status).toBe('succeeded');
    await sweepStorage(on(later(job.expiresAt, 7.01)));
    expect((await forget(399.9)).get('jobs')).toBe(0);
    expect((await forget(400.1)).get('jobs')).toBeGreaterThanOrEqual(1);
    await expect(readJob(deps, caller, job.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await deps.db.jobs.propertyIds(job)).toBeNull();
    // What it cost stays counted, and the audit log still names it.
    const entries = await deps.db.audit.last({ accountId: caller.accountId, from: null, until: null, limit: 1000 });
    expect(entries.map(({ jobId }) => jobId)).toContain(job.id);
  });
});

it('every kind of object that there is has a retention', async () => {
  await finishedJob();
  const kinds = new Set<string>();
  for await (const { key } of server.app.deps.store.list('')) kinds.add(key.slice(0, key.indexOf('/') + 1));
  expect([...kinds]).toEqual(expect.arrayContaining(['results/', 'warehouse/']));
  expect(Object.keys(OBJECT_RETENTION)).toEqual(expect.arrayContaining([...kinds]));
});

describe('the sweep', () => {
  it('deletes what an attempt left that died or lost, and nothing else', async () => {
    const job = await finishedJob();
    const { store, ids } = server.app.deps;
    const dead = { accountId: caller.accountId, id: ids() };
    const orphan = resultKey(dead, 1, 'orphan.csv');
    const local = await store.scratch('orphan');
    await writeFile(local, 'x');
    await store.put(orphan, local);
    const names = [`${dead.id}.part`, `dead${UPLOAD_SUFFIX}`, `coming${UPLOAD_SUFFIX}`, 'load-1.parquet'];
    const [part = '', upload = '', coming = '', load = ''] = await Promise.all(
      names.map((name) => store.scratch(name)),
    );
    await Promise.all([part, upload, coming, load].map((path) => writeFile(path, 'x')));
    await Promise.all([part, upload, await store.localize(orphan)].map((path) => utimes(path, LONG_AGO, LONG_AGO)));

    const swept = await sweepStorage(server.app.deps);
    expect(swept).toEqual({ expired: 0, orphans: 1, uploads: 0, warehouse: 0, scratch: 0 });
    expect(await store.stat(orphan)).toBeNull();
    expect([part, upload, coming].map((path) => existsSync(path))).toEqual([false, false, true]);
    expect(await store.stat(job.results[0]?.key ?? '')).not.toBeNull();
    // The scratch file of a load is given a day.
    await utimes(load, LONG_AGO, LONG_AGO);
    expect(await sweepStorage(server.app.deps)).toMatchObject({ scratch: 1 });
  });
});
