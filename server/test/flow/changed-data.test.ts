/** What customers see of a delete and a rollback: the next export, the estimate, and the job that was submitted before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../cli/cli-world.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';

const PATIENCE_MS = 180_000;
const JOBS = '/api/v1/bulk_api/jobs';
const [GONE, STAYS] = GUIDE_IDS;

let server: TestApp;
let account: TestAccount;
beforeAll(async () => {
  server = await testApp();
  account = await server.account();
}, PATIENCE_MS);
afterAll(() => server?.close(), PATIENCE_MS);

function request(...ids: readonly number[]) {
  return {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: ids,
  };
}

function post(path: string, payload: object) {
  return server.as(account, { method: 'POST', url: JOBS + path, payload });
}

async function submit(...ids: readonly number[]): Promise<string> {
  const answer = await post('', request(...ids));
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json().job_id;
}

/** The properties in the job's file, and its rows. */
async function exported(jobId: string) {
  const ended = await until(
    async () => (await server.as(account, { url: `${JOBS}/${jobId}` })).json(),
    ({ status }) => status !== 'submitted' && status !== 'processing',
  );
  expect(ended.status, JSON.stringify(ended)).toBe('succeeded');
  const link = await server.as(account, { url: `${JOBS}/${jobId}/results` });
  const { pathname, search } = new URL(String(link.headers.location));
  const lines = (await server.http.inject({ url: pathname + search })).body.trim().split('\n').slice(1);
  return { ids: new Set(lines.map((line) => Number(line.split(',')[0]))), rows: lines.length };
}

async function operate(...argv: readonly string[]): Promise<void> {
  const { code, stderr } = await cli(argv, { deps: server.app.deps });
  expect(code, stderr).toBe(0);
}

async function estimatedRows(...ids: readonly number[]): Promise<number> {
  return (await post('/estimate', request(...ids))).json().estimated_rows;
}

test(
  'a deleted property is in no export any more, a job from before has it, and a rollback brings it back',
  async () => {
    const whole = await exported(await submit(GONE, STAYS));
    expect(whole.ids).toEqual(new Set([GONE, STAYS]));
    expect(await estimatedRows(GONE, STAYS)).toBe(whole.rows);
    // Submitted before, run whenever a worker comes to it.
    const earlier = await submit(GONE, STAYS);
    await operate('warehouse', 'delete', 'properties', '--where', `property_id = ${GONE}`, '--yes');
    expect(await exported(earlier)).toEqual(whole);

    const refused = await post('', request(GONE, STAYS));
    expect(refused.statusCode).toBeGreaterThanOrEqual(400);
    expect(refused.body).toContain(String(GONE));
    const without = await exported(await submit(STAYS));
    expect(without.ids).toEqual(new Set([STAYS]));
    expect(await estimatedRows(STAYS)).toBe(without.rows);

    await operate('warehouse', 'delete', 'property_days', '--where', "date = '2025-12-24'", '--yes');
    const shorter = await exported(await submit(STAYS));
    expect(shorter.rows).toBe(without.rows - 1);
    expect(await estimatedRows(STAYS)).toBe(shorter.rows);

    await operate('warehouse', 'rollback', '1', '--yes');
    expect(await exported(await submit(GONE, STAYS))).toEqual(whole);
    expect(await estimatedRows(GONE, STAYS)).toBe(whole.rows);
  },
  PATIENCE_MS,
);
