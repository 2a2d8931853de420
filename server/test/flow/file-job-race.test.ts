/** "You won't be able to submit another job until the first one either completes or fails": one winner, however many come at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SCOPES } from '../../src/core/access.ts';
import { cancelJob } from '../../src/jobs/cancel.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { BatchClient, type BatchJobBody, uuidOf } from '../support/file-jobs.ts';

const ROUNDS = 20;
const CREATES = 20;
const PATIENCE_MS = 240_000;
const SPEC = JSON.stringify({ detail_type: ['basic'], property_ids: GUIDE_IDS.map(uuidOf) });

let server: TestApp;
let account: TestAccount;
beforeAll(async () => {
  // Nobody works: a job ends when a test ends it, and not between two of the creates.
  server = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  account = await server.account();
});
afterAll(() => server?.close());

async function bodies<Body>(responses: readonly Response[]): Promise<Body[]> {
  return Promise.all(responses.map(async (response) => (await response.json()) as Body));
}

describe('jobs that are submitted at once under one access key', () => {
  // Control, run once: with the index `jobs_one_unfinished_batch` not unique, all 20 of the first round got in.
  test(
    `let exactly one in, ${ROUNDS} times of ${CREATES}`,
    async () => {
      const client = new BatchClient(server, account);
      const caller = { accountId: account.id, credentialId: 'operator', scopes: SCOPES };
      for (let round = 0; round < ROUNDS; round++) {
        const responses = await Promise.all(
          Array.from({ length: CREATES }, (_, index) =>
            index < 2 ? client.submit('property-details', SPEC) : client.submit('search', '{"settings":{}}'),
          ),
        );
        const winners = responses.filter(({ status }) => status === 201);
        const losers = responses.filter(({ status }) => status === 429);
        expect([winners.length, losers.length]).toEqual([1, CREATES - 1]);
        for (const { headers } of losers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        const [job] = await bodies<BatchJobBody>(winners);
        const then = 'of this access key has not ended yet; submit the next one when its status is SUCCESS or FAILURE';
        for (const refusal of await bodies<{ error: string; message: string }>(losers)) {
          expect(refusal.error).toBe('JobInProgress');
          // While the winner is still an upload, it has no name.
          expect([`Job ${job?.id} ${then}`, `A batch job ${then}`]).toContain(refusal.message);
        }
        await cancelJob(server.app.deps, caller, job?.id ?? '');
      }
      const usage = await server.as(account, { url: '/api/v1/usage' });
      expect(usage.json()).toMatchObject({ quota_usage: 0 });
    },
    PATIENCE_MS,
  );

  test('wait for nobody else: another key has a job of its own', async () => {
    const other = await server.account();
    const responses = await Promise.all(
      [account, other].map((each) => new BatchClient(server, each).submit('search', '{"settings":{}}')),
    );
    expect(responses.map(({ status }) => status)).toEqual([201, 201]);
  });
});
