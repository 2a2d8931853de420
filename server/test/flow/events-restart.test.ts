/** A client that follows a job over a restart of the server: two servers, one after the other, on one database and one port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance, type ReportJobEvent } from '@conveyance/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { PHASES } from '../../src/core/job.ts';
import { issueToken } from '../../src/core/logins/credentials.ts';
import { demoDatabase, GUIDE_IDS, serverOf } from '../support/app.ts';

const REQUEST = {
  report_type: 'units',
  output_format: 'csv',
  start_date: '2025-11-01',
  end_date: '2025-12-31',
  property_ids: [...GUIDE_IDS],
} as const;

let directory: string;
let database: Awaited<ReturnType<typeof demoDatabase>>;
const running: App[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-events-'));
  database = await demoDatabase(directory);
});
afterAll(async () => {
  for (const app of running) await app.stop();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

function createServer(role: 'api' | 'worker', port = '0'): Promise<App> {
  return serverOf({
    CONVEYANCE_DATA_DIR: directory,
    CONVEYANCE_MASTER_KEY: 'a master key that only tests know about',
    CONVEYANCE_PORT: port,
    CONVEYANCE_ROLE: role,
    CONVEYANCE_LOG_LEVEL: 'silent',
    CONVEYANCE_DRAIN_SECONDS: '0',
    DATABASE_URL: database.url,
  });
}

describe('a server that is restarted', () => {
  test('loses no step of what its clients follow, and not the end', async () => {
    const first = await createServer('api');
    await first.start();
    running.push(first);
    const { id: accountId } = await first.deps.db.accounts.create({ id: first.deps.ids(), name: 'A', grants: 'all' });
    const token = await issueToken(first.deps, { accountId, scopes: DEFAULT_SCOPES });
    const client = new Conveyance({ url: first.url, token });
    const { job_id } = await client.exports.create(REQUEST);
    const told: ReportJobEvent[] = [];
    let breaks = 0;
    for await (const job of client.exports.events(job_id, { onReconnect: () => void breaks++ })) {
      told.push(job);
      if (told.length > 1) continue;
      expect(job.progress).toMatchObject({ phase: 'queued', queue_position: 0, eta_seconds: null });
      // With the stream open: it must not hold up the stop.
      await first.stop();
      const second = await createServer('api', new URL(first.url).port);
      running.push(second);
      const worker = await createServer('worker');
      running.push(worker);
      // The job goes on when its client is there again: else it might be over by then, and there would be no step to lose.
      second.http?.addHook('onRequest', async ({ url }) => {
        if (url.endsWith('/events')) await worker.start();
      });
      await second.start();
    }
    expect(breaks).toBeGreaterThan(0);
    const last = told.at(-1);
    expect(last).toEqual(await client.exports.get(job_id));
    expect(last).toMatchObject({ status: 'succeeded', progress: { phase: 'done', percent: 100 } });
    const phases = told.map(({ progress }) => PHASES.indexOf(progress.phase));
    expect(phases).toEqual(phases.toSorted());
    expect(phases.length).toBeGreaterThan(2);
    const percents = told.map(({ progress }) => progress.percent);
    expect(percents).toEqual(percents.toSorted((left, right) => left - right));
    expect(percents.slice(0, -1).every((percent) => percent < 100)).toBe(true);
  });
});
