/** Quotas on the command line: the operator’s side on a real database, the customer’s against a server that plays its part. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../../../sdk/test/scripted-server.ts';
import type { Deps } from '../../src/core/ports/deps.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { cli } from './cli-world.ts';

describe('accounts quota', () => {
  let database: TestDatabase;
  let deps: Deps;
  let id: string;

  beforeAll(async () => {
    database = await testDatabase();
    // Of the ports these commands use two; the compiler wants all.
    deps = { db: database.db, clock: () => new Date('2026-03-15T00:00:00Z') } as unknown as Deps;
    ({ id } = await database.db.accounts.create({ id: randomUUID(), name: 'Acme', grants: 'all' }));
  });
  afterAll(() => database.close());

  function quota(...words: readonly string[]) {
    return cli(['accounts', 'quota', ...words], { deps });
  }

  async function json(...words: readonly string[]) {
    const { code, stdout } = await quota(...words, '--json');
    expect(code).toBe(0);
    return JSON.parse(stdout);
  }

  it('is unlimited until it is set, and again when asked for', async () => {
    await database.db.quota.reserve({
      job: { accountId: id, id: randomUUID() },
      month: '2026-03',
      propertyIds: [1, 2],
    });
    const shown = { id, month: '2026-03', quota_usage: 2 };
    expect(await json('show', id)).toEqual({ ...shown, quota_limit: 'unlimited' });
    expect(await json('set', id, '5000')).toEqual({ ...shown, quota_limit: 5000 });
    expect(await json('set', id, '0')).toEqual({ ...shown, quota_limit: 0 });
    expect((await quota('show', id)).stdout).toMatch(/quota_limit +0\nquota_usage +2\n/);
    expect(await json('set', id, 'unlimited')).toEqual({ ...shown, quota_limit: 'unlimited' });
  });

  it.each(['-5', '1.5', 'many', '', '1e3'])('refuses the quota %j and leaves it as it is', async (word) => {
    const { code, stderr } = await quota('set', '--', id, word);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('a whole number from 0, or unlimited'),
    });
    expect(await json('show', id)).toMatchObject({ quota_limit: 'unlimited' });
  });

  it.each([
    ['show', randomUUID()],
    ['show', 'acme'],
    ['set', randomUUID(), '5'],
  ])('knows no account of another id: %s %s', async (...words) => {
    const { code, stderr } = await quota(...words);
    // One line: it says where the ids are, and nobody has sent a request.
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringMatching(/^error: there is no account .* exist\n$/),
    });
  });

  it('explains itself when nothing more is said', async () => {
    const { code, stderr } = await quota();
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: conveyance accounts quota');
  });
});

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
