/** Two releases side by side: processes of the release before write the doors of rate limits under their old words. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RateDoor, RateTerms } from '../../src/core/ports/database/rate-limits.ts';
import { type TestDatabase, testDatabase, withClient } from '../support/postgres.ts';

const TERMS: Omit<RateTerms, 'door'> = { limit: 25, windowSeconds: 1_000_000_000 };
const OLD_WORDS: readonly (readonly [string, RateDoor])[] = [
  ['bulk', 'apartmentiq'],
  ['batch', 'reonomy'],
];

describe('requests that the release before counts', () => {
  let subject: TestDatabase;

  beforeAll(async () => {
    subject = await testDatabase();
  });
  afterAll(() => subject.close());

  /** What a process of the release before does with a credential's first request of the window. */
  async function takeAsBefore(credentialId: string, door: string, taken: number): Promise<void> {
    await withClient(subject.url, (before) =>
      before.query(
        `insert into rate_windows as r (credential_id, door, window_number, taken, granted) values ($1, $2, 1, $3, $3)
       on conflict (credential_id, door) do update set taken = r.taken + excluded.taken`,
        [credentialId, door, taken],
      ),
    );
  }

  it.each(OLD_WORDS)('of the door %s are in the window of %s', async (old, door) => {
    const credentialId = randomUUID();
    const { granted } = await subject.db.rateLimits.count(credentialId, { ...TERMS, door }, 10, null);
    await takeAsBefore(credentialId, old, 15);
    expect(granted).toBe(10);
    expect(await subject.db.rateLimits.count(credentialId, { ...TERMS, door }, 10, null)).toMatchObject({
      granted: 0,
      remaining: 0,
    });
  });
});
