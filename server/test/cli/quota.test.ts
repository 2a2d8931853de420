/** The operator’s side of quotas, on a real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    expect(await json('show', id)).toEqual({ ...shown, quota_limit: 'unlimited', history: [] });
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
