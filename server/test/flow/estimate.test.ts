/** Estimates beside what the jobs then come to, on demo data that no job has been run on before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/core/access.ts';
import { OUTPUT_FORMATS, REPORT_TYPES, type ReportType } from '../../src/core/job.ts';
import { estimateJob } from '../../src/jobs/estimate/estimate.ts';
import { RowStatistics } from '../../src/jobs/estimate/row-statistics.ts';
import { estimateFields, estimateSchema } from '../../src/wire/apartmentiq/estimate.ts';
import { parseReportRequest } from '../../src/wire/apartmentiq/report-request.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const JOBS = '/api/v1/bulk_api/jobs';
const LARGEST_ERROR = 0.2;

let app: TestApp;
let account: TestAccount;
let all: readonly number[];

beforeAll(async () => {
  app = await testApp();
  account = await app.account();
  const version = await app.app.deps.db.warehouse.current();
  all = [...(await app.app.deps.db.warehouse.propertyIds(version?.version ?? 0))];
});
afterAll(() => app.close());

async function post(path: string, payload: object, as = account) {
  const answer = await app.as(as, { method: 'POST', url: JOBS + path, payload });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

async function estimate(request: object, as = account) {
  return estimateSchema.strict().parse(await post('/estimate', request, as));
}

/** The verb behind the door, with statistics that are made and with none, and how often it asked the engine. */
async function ruleOf(report: ReportType, as: TestAccount) {
  const { deps } = app.app;
  const statistics = new RowStatistics(deps);
  const version = await deps.db.warehouse.current();
  if (version === null) throw new Error('nothing is loaded');
  expect(statistics.of(report, version)).toBeNull();
  await statistics.made();
  expect(statistics.of(report, version)).not.toBeNull();
  let reads = 0;
  const engine: typeof deps.engine = {
    ...deps.engine,
    lookUp: (turn, work) =>
      deps.engine.lookUp(turn, (ask) =>
        work((...question) => {
          reads += 1;
          return ask(...question);
        }),
      ),
  };
  const caller: Caller = { accountId: as.id, credentialId: '', scopes: ['exports:write'] };
  const made = async (request: object, known: Pick<RowStatistics, 'of'>) =>
    estimateFields(
      await estimateJob(
        { ...deps, engine, statistics: known },
        caller,
        parseReportRequest(request, () => true),
      ),
    );
  return {
    read: (request: object) => made(request, { of: () => null }),
    remember: (request: object) => made(request, statistics),
    reads: () => reads,
  };
}

async function run(request: object, as = account): Promise<{ rows: number; bytes: number }> {
  const { job_id: id } = await post('', request, as);
  const job = await until(
    async () => (await app.as(as, { url: `${JOBS}/${id}` })).json(),
    ({ status }) => status !== 'submitted',
  );
  expect(job.status).toBe('succeeded');
  return job.result;
}

function request(report: ReportType, ids: readonly number[], days: readonly [string, string], format = 'csv') {
  return {
    report_type: report,
    output_format: format,
    start_date: days[0],
    end_date: days[1],
    property_ids: ids,
  };
}

const DAY = ['2025-12-31', '2025-12-31'] as const;
const MONTH = ['2025-12-01', '2025-12-31'] as const;
const EVERYTHING = ['2025-01-01', '2026-12-31'] as const;

describe('an estimate', { timeout: 120_000 }, () => {
  it.each(REPORT_TYPES)(
    'of %s is within a fifth of the file, in every format, whether read or remembered',
    async (report) => {
      const fresh = await app.account();
      const { read, remember, reads } = await ruleOf(report, fresh);
      const selections = [
        { ids: all.slice(0, 1), days: MONTH },
        { ids: all.slice(0, 3), days: MONTH },
        { ids: all, days: DAY },
        { ids: all, days: EVERYTHING },
      ];
      const errors: string[] = [];
      // All estimates first: results would correct them.
      const estimates = [];
      for (const { ids, days } of selections) {
        const asked = request(report, ids, days);
        estimates.push({
          'at the door': await estimate(asked, fresh),
          remembered: await remember(asked),
          read: await read(asked),
        });
      }
      // Two for each that was read, and none for what was remembered.
      expect(reads()).toBe(2 * selections.length);
      for (const [index, { ids, days }] of selections.entries()) {
        for (const format of OUTPUT_FORMATS) {
          const { rows, bytes } = await run(request(report, ids, days, format), fresh);
          for (const [how, made] of Object.entries(estimates[index] ?? {})) {
            expect(made.estimated_rows).toBe(rows);
            const error = made.estimated_bytes_by_format[format] / bytes - 1;
            errors.push(`${ids.length} properties, ${rows} rows, ${format}, ${how}: ${(error * 100).toFixed(1)} %`);
            expect(Math.abs(error), errors.at(-1)).toBeLessThan(LARGEST_ERROR);
          }
        }
      }
      process.stdout.write(`estimates of ${report}\n  ${errors.join('\n  ')}\n`);
    },
  );

  it('tells the bytes of the format asked for, and what has no data', async () => {
    const { estimated_bytes, estimated_bytes_by_format } = await estimate(request('property', all, MONTH, 'parquet'));
    expect(estimated_bytes).toBe(estimated_bytes_by_format.parquet);
    const before = await estimate(request('property', GUIDE_IDS, ['2001-01-01', '2001-12-31']));
    expect(before).toMatchObject({ estimated_rows: 0, ids_without_data: 3 });
    const empty = await run(request('property', GUIDE_IDS, ['2001-01-01', '2001-12-31']));
    expect(before.estimated_bytes_by_format).toMatchObject({ csv: empty.bytes, jsonl: 0 });
  });

  it('says which fields of the request it ignored', async () => {
    const asked = request('property', GUIDE_IDS, DAY);
    expect((await estimate({ ...asked, callback_ulr: 'https://example.com/', filter_pii: true })).warnings).toEqual([
      'the request body has unknown field callback_ulr (nearest: callback_url); it was ignored',
      'the request body has unknown field filter_pii; it was ignored',
    ]);
    expect((await estimate(asked)).warnings).toEqual([]);
  });

  it('splits the quota, makes nothing, costs nothing, and is refused by no quota', async () => {
    const limited = await app.account();
    await app.app.deps.db.quota.setLimit(limited.id, 2);
    await run(request('property', GUIDE_IDS.slice(0, 1), DAY), limited);
    const split = {
      total_quota: 2,
      consumed_quota: 1,
      requested_records: 3,
      new_records: 2,
      prev_records: 1,
      expected_new_consumed_quota: 3,
    };
    const asked = request('property', [...GUIDE_IDS, ...GUIDE_IDS], DAY);
    expect(await estimate(asked, limited)).toMatchObject(split);
    expect(await estimate(asked, limited)).toMatchObject(split);
    expect((await app.as(limited, { url: JOBS })).json().pagination.total_count).toBe(1);
    expect((await app.as(limited, { url: '/api/v1/usage' })).json()).toMatchObject({ quota_usage: 1 });
    expect((await app.as(limited, { method: 'POST', url: JOBS, payload: asked })).statusCode).toBe(429);
  });

  it('takes seconds from the account’s own results once there are some', async () => {
    const fresh = await app.account();
    const asked = request('units', all, MONTH);
    const { job_id: id } = await post('', asked, fresh);
    await until(
      async () => (await app.as(fresh, { url: `${JOBS}/${id}` })).json(),
      ({ status }) => status === 'succeeded',
    );
    const job = await app.app.deps.db.jobs.get({ accountId: fresh.id, id });
    const ran = ((job?.finishedAt?.getTime() ?? 0) - (job?.startedAt?.getTime() ?? 0)) / 1000;
    expect(Math.abs((await estimate(asked, fresh)).estimated_seconds - Math.max(0.1, ran))).toBeLessThan(0.06);
  });
});
