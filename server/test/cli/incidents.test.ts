/** What an operator asks of one customer’s trouble: whose job it is, which webhooks fail, what was done. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newJob } from '../security/access-world.ts';
import { type TestAccount, type TestApp, testApp } from '../support/app.ts';
import { cli } from './cli-world.ts';

const TERMS = { perAccount: 10, perHost: 10, perAccountAndHost: 10, notTo: [], leaseSeconds: 30 };

let app: TestApp;
let acme: TestAccount;
let other: TestAccount;
beforeAll(async () => {
  // Nobody sends but the test.
  app = await testApp({ settings: { CONVEYANCE_ROLE: 'api' } });
  [acme, other] = [await app.account({ name: 'Acme' }), await app.account({ name: 'Bolt' })];
});
afterAll(() => app?.close());

const run = (...argv: readonly string[]) => cli(argv, { deps: app.app.deps });
async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

function newDelivery(accountId: string, url: string) {
  return { accountId, id: randomUUID(), jobId: null, url, host: new URL(url).hostname, delaySeconds: 0 };
}

/** A delivery after one try that came to nothing. @param delaySeconds null: it was the last. */
async function failing({ id: accountId }: TestAccount, url: string, delaySeconds: number | null): Promise<string> {
  const { deliveries } = app.app.deps.db;
  const made = await deliveries.enqueue(newDelivery(accountId, url));
  const claim = await deliveries.claim(TERMS);
  expect(claim?.id).toBe(made.id);
  const attempt = {
    status: 503,
    latencyMs: 5,
    failure: 'it answered 503',
    responseHead: 'busy',
    retryAfterSeconds: null,
  };
  if (claim !== null) await deliveries.settle(claim, attempt, delaySeconds);
  return made.id;
}

describe('webhooks that fail', () => {
  it('are listed for all accounts, given up or tried again, and sent again by a command', async () => {
    expect((await run('webhooks', 'list', '--operator')).stdout).toBe('No webhook fails.\n');
    const failed = await failing(acme, 'https://one.example/hook', null);
    const retrying = await failing(other, 'https://two.example/hook', 3600);
    await app.app.deps.db.deliveries.enqueue(newDelivery(acme.id, 'https://three.example/hook'));
    const { deliveries } = await json('webhooks', 'list', '--operator');
    expect(deliveries).toMatchObject([
      { delivery_id: retrying, account_name: 'Bolt', state: 'pending', tries: [{ status: 503 }] },
      { delivery_id: failed, account_name: 'Acme', state: 'failed', next_try_at: null },
    ]);
    const { stdout } = await run('webhooks', 'list', '--account', 'Acme');
    expect(stdout).toMatch(/DELIVERY +ACCOUNT +STATE/);
    expect(stdout).toContain('503 it answered 503');
    expect([stdout.includes(failed), stdout.includes(retrying)]).toEqual([true, false]);

    const sent = await run('webhooks', 'redeliver', failed, '--operator');
    expect([sent.code, sent.stdout]).toEqual([
      0,
      `${failed} of Acme: sent again by a worker at once, to https://one.example/hook\n`,
    ]);
    // Its tries of before do not count any more.
    expect((await json('webhooks', 'list', '--operator')).deliveries).toMatchObject([{ delivery_id: retrying }]);
    const { entries } = await json('audit', 'tail', '--event', 'webhook-resent-by-operator');
    expect(entries).toMatchObject([{ account_id: acme.id, credential_id: 'operator', subject: failed }]);
  });

  it.each([
    [['webhooks', 'list', '--operator', '--page', '2'], 2, 'are for the customer’s own list'],
    [['webhooks', 'list', '--operator', '--per-page', '101'], 2, '--per-page must be at most 100'],
    [['webhooks', 'redeliver', randomUUID(), '--operator'], 3, 'does not exist'],
  ])('%j is refused', async (argv, code, words) => {
    expect(await run(...argv)).toMatchObject({ code, stderr: expect.stringContaining(words) });
  });
});

describe('a job of whatever account', () => {
  it('is shown with whose it is', async () => {
    const job = await newJob(app, acme);
    const { stdout } = await run('jobs', 'show', job.id, '--operator');
    expect(stdout).toContain(`Acme (${acme.id})`);
    expect(await json('jobs', 'show', job.id, '--operator')).toMatchObject({
      ...{ account_id: acme.id, account_name: 'Acme', attempt: 0, node_id: null },
    });
    expect(await json('jobs', 'show', job.id, '--account', 'Acme')).toMatchObject({ account_name: 'Acme' });
    expect((await run('jobs', 'cancel', job.id, '--operator')).stdout).toContain(`Acme (${acme.id})`);
  });
});

describe('audit tail --event', () => {
  it('shows these alone, and knows what is no event', async () => {
    await run('accounts', 'quota', 'set', 'Acme', '7');
    await run('accounts', 'suspend', 'Bolt', '--yes');
    const names = async (...flags: readonly string[]) =>
      (await json('audit', 'tail', ...flags)).entries.map(({ event }: { event: string }) => event);
    expect(await names('--event', 'quota-changed, account-suspended')).toEqual(['quota-changed', 'account-suspended']);
    expect(await names('--event', 'quota-changed', '--event', 'account-suspended')).toHaveLength(2);
    expect(await names('--event', 'quota-changed', '--account', 'Bolt')).toEqual([]);
    expect(new Set(await names('-n', '100')).size).toBeGreaterThan(3);
    const { code, stderr } = await run('audit', 'tail', '--event', 'quota-change');
    expect([code, stderr]).toEqual([2, expect.stringContaining('quota-changed')]);
  });
});
