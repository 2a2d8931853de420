/** What a create does when a load replaces the data under it, on a real database: the look at the data and the job are two steps. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_FILE_OPTIONS, type ReportRequest } from '../../src/core/job.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { createReportJob } from '../../src/jobs/create/report-job.ts';
import { type Load, type ReplacedData, replacedData } from './replaced-data.ts';

const REQUEST: ReportRequest = {
  spec: {
    ...DEFAULT_FILE_OPTIONS,
    reportType: 'property',
    outputFormat: 'csv',
    startDate: '2026-01-01',
    endDate: '2026-01-31',
  },
  propertyIds: new Set([7, 8]),
  callbackUrl: null,
};

let data: ReplacedData;

beforeAll(async () => {
  data = await replacedData();
});
afterAll(() => data[Symbol.asyncDispose]());

/** The ports that a create touches. */
function stage(look: 'current' | 'propertyIds', loads: Load[]): Parameters<typeof createReportJob>[0] {
  // What this verb uses of each port; the compiler wants whole ports.
  return data.ports(look, loads) as unknown as Deps;
}

// A version that no job reads: the next load lets go of it.
beforeEach(() => data.replaceData());

describe('a create whose data is replaced under it', () => {
  it.each(['current', 'propertyIds'] as const)('is done again on the new data, after its look at %s', async (look) => {
    const job = await createReportJob(stage(look, [() => data.replaceData()]), data.caller, REQUEST);
    expect(job.dataVersion).toBe((await data.db.warehouse.current())?.version);
    expect(await data.usage()).toBe(2);
  });

  it('is checked against the new data', async () => {
    const creating = createReportJob(stage('propertyIds', [() => data.replaceData([7])]), data.caller, REQUEST);
    await expect(creating).rejects.toMatchObject({ code: 'invalid_parameter', message: expect.stringContaining('8') });
  });

  it('keeps its idempotency key: sent again, it is the same job', async () => {
    const first = await createReportJob(
      stage('propertyIds', [() => data.replaceData()]),
      data.caller,
      REQUEST,
      'monthly',
    );
    expect(await createReportJob(stage('propertyIds', []), data.caller, REQUEST, 'monthly')).toEqual(first);
  });

  it('says when to come back where that happens twice, and leaves nothing behind', async () => {
    const { db, caller, replaceData } = data;
    const before = await db.jobs.list(caller.accountId, { page: 1, perPage: 1 });
    const creating = createReportJob(stage('propertyIds', [() => replaceData(), () => replaceData()]), caller, REQUEST);
    await expect(creating).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    const after = await db.jobs.list(caller.accountId, { page: 1, perPage: 1 });
    expect(after.totalCount).toBe(before.totalCount);
  });
});
