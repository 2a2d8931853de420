/** The customer’s side of quotas, against a server that plays its part. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../../sdk/test/scripted-server.ts';
import { cli } from './cli-world.ts';

describe('a customer', () => {
  const ESTIMATE_CALL = 'POST /api/v1/bulk_api/jobs/estimate';
  const ESTIMATE = {
    estimated_rows: 62,
    estimated_bytes: 45_000,
    estimated_bytes_by_format: { csv: 45_000, jsonl: 152_000, parquet: 24_500 },
    estimated_seconds: 0.3,
    ids_without_data: 1,
    total_quota: 10,
    consumed_quota: 8,
    requested_records: 3,
    new_records: 2,
    prev_records: 1,
    expected_new_consumed_quota: 10,
  };
  const ASKED = ['export', '--from', '2025-01', '--to', '2025-01', '--ids', '1,2,3', '--format', 'csv', '--estimate'];
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await ScriptedServer.start();
  });
  afterEach(() => server.stop());

  function customer(...argv: readonly string[]) {
    return cli(argv, { env: { CONVEYANCE_URL: server.url, CONVEYANCE_TOKEN: 't' } });
  }

  it('sees what an export would be, and makes none', async () => {
    server.on(ESTIMATE_CALL, { status: 200, body: ESTIMATE });
    const { code, stdout, stderr } = await customer(...ASKED);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^rows +62$/m);
    expect(stdout).toMatch(/^file +about 45\.0 kB of csv$/m);
    expect(stdout).toMatch(/^by format +csv 45\.0 kB, jsonl 152\.0 kB, parquet 24\.5 kB$/m);
    expect(stdout).toMatch(/^properties +3, 1 of them without data in the range$/m);
    expect(stdout).toMatch(/^quota +8 used, 10 after it, of 10$/m);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([ESTIMATE_CALL]);
    expect(JSON.parse((await customer(...ASKED, '--json')).stdout)).toEqual(ESTIMATE);
  });

  it('is told when the quota would refuse it', async () => {
    const body = { ...ESTIMATE, total_quota: 9 };
    server.on(ESTIMATE_CALL, { status: 200, body });
    expect((await customer(...ASKED)).stderr).toContain('it would be refused');
    server.on(ESTIMATE_CALL, { status: 200, body: { ...body, total_quota: null } });
    const { stdout, stderr } = await customer(...ASKED);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/of unlimited$/m);
  });

  it('cannot estimate a job that exists', async () => {
    const { code, stderr } = await customer('export', '--job', 'x', '--estimate');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('it takes no --job') });
  });

  it('meets a quota that is not enough with exit code 5', async () => {
    const body = { error: 'Quota exceeded', message: 'This job has 3 …', quota_limit: 1, quota_usage: 1 };
    server.on('POST /api/v1/bulk_api/jobs', { status: 429, body });
    const { code, stderr } = await customer(...ASKED.slice(0, -1), '-o', '/tmp/never-written.csv');
    expect(code).toBe(5);
    expect(stderr).toContain('This job has 3 …');
  });

  it.each<[status: number, error: string, code: number]>([
    [429, 'Quota exceeded', 5],
    [403, 'QuotaExceeded', 5],
    [429, 'Too Many Requests', 10],
    [429, 'RateLimitExceeded', 10],
    [429, 'JobInProgress', 11],
    [429, 'toString', 10],
  ])('tells what there is too much of by its name: %i %s', async (status, error, expected) => {
    server.on('POST /api/v1/bulk_api/jobs', { status, body: { error, message: 'As it was said' } });
    const { code, stderr } = await customer(...ASKED.slice(0, -1), '-o', '/tmp/never-written.csv');
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining('As it was said') });
  });

  it.each<[object, RegExp, RegExp]>([
    [{ quota_limit: 5000, quota_usage: 1234 }, /^properties used +1,234$/m, /^left +3,766$/m],
    [{ quota_limit: null, quota_usage: 1234 }, /^quota +unlimited$/m, /^properties used/m],
    [{ quota_limit: 1000, quota_usage: 1234 }, /^quota +1,000$/m, /^left +0$/m],
  ])('sees its usage: %j', async (numbers, first, second) => {
    const body = { ...numbers, period_start: '2026-03-01', period_end: '2026-03-31' };
    server.on('GET /api/v1/usage', { status: 200, body });
    const { code, stdout } = await customer('usage');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^period +2026-03-01 to 2026-03-31 \(UTC\)$/m);
    expect(stdout).toMatch(first);
    expect(stdout).toMatch(second);
    expect(JSON.parse((await customer('usage', '--json')).stdout)).toEqual(body);
  });
});
