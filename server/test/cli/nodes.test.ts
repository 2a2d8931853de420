/** The operator's view of the processes that share a database, and taking one out of service: two real ones, and jobs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { cli } from './cli-world.ts';

const PATIENCE_MS = 60_000;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp({});
  account = await app.account({ name: 'Acme' });
}, PATIENCE_MS);
afterAll(() => app?.close(), PATIENCE_MS);

const operator = (...argv: string[]) => cli(argv, { deps: app.app.deps });

interface NodeBody {
  readonly id: string;
  readonly state: string;
  readonly runs: readonly unknown[];
}

async function nodes(): Promise<NodeBody[]> {
  return JSON.parse((await operator('nodes', '--json')).stdout).nodes;
}

async function only(): Promise<NodeBody> {
  const [node, ...others] = await nodes();
  if (node === undefined || others.length > 0) throw new Error(`${others.length + (node ? 1 : 0)} nodes, not one`);
  return node;
}

const readiness = async () => {
  const answer = await fetch(`${app.url}/readyz`);
  return [answer.status, await answer.json()];
};

describe('nodes', () => {
  it('are shown with what they are and do, by the word alone', async () => {
    const { code, stdout } = await operator('nodes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ID +ROLE +HOST \(PID\) +RELEASE +STATE +RUNS +STARTED +HEARD\n/);
    expect(stdout).toMatch(/ all +.+ \(\d+\) +\d+\.\d+\.\d+ +serving +0 of \d+ /);
    expect((await operator('nodes', 'list')).stdout).toContain('serving');
  });

  it(
    'are drained: no job begins there, readiness says so, and what was asked is still answered',
    async () => {
      const { id } = await only();
      const drained = await operator('nodes', 'drain', id.slice(0, 8));
      expect(drained.code).toBe(0);
      expect(drained.stdout).toMatch(/ drained +0 of \d+ /);
      await until(readiness, ([status]) => status === 503);
      expect(await readiness()).toEqual([
        503,
        { ready: false, checks: { database: true, disk: true, serving: false } },
      ]);
      const env = { CONVEYANCE_URL: app.url, CONVEYANCE_TOKEN: account.token };
      const submitted = await cli(['export', '--from', '2025-12', '--to', '2025-12', '--ids', '99001416', '--detach'], {
        env,
      });
      expect(submitted.code).toBe(0);
      const job = submitted.stdout.trim();
      const status = async () => JSON.parse((await cli(['jobs', 'show', job, '--json'], { env })).stdout).status;
      // Longer than a worker sleeps: a control that does not depend on the clock is below, where it ends as soon as it may.
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(await status()).toBe('submitted');
      expect((await operator('nodes', 'resume', id)).stdout).toContain('serving');
      await until(status, (now) => now === 'succeeded');
      expect((await readiness())[0]).toBe(200);
    },
    PATIENCE_MS,
  );

  it('are missed with 3', async () => {
    const { code, stderr } = await operator('nodes', 'drain', UNKNOWN);
    expect(code).toBe(3);
    expect(stderr).toContain(`there is no node ${UNKNOWN}; \`conveyance nodes\` shows those that exist`);
  });

  it('whose ids begin alike are told apart', async () => {
    const { db } = app.app.deps;
    const twin = { role: 'worker', host: 'b.example', pid: 2, release: '0.2.0', slots: 1 } as const;
    await db.nodes.report({ ...twin, id: `${UNKNOWN.slice(0, 4)}-a` });
    await db.nodes.report({ ...twin, id: `${UNKNOWN.slice(0, 4)}-b` });
    const { code, stderr } = await operator('nodes', 'drain', '0000');
    expect([code, stderr]).toEqual([2, expect.stringContaining('0000 begins the id of 2 nodes: 0000-a, 0000-b')]);
    // Machines of two names now serve, and the address in links leads to neither.
    const { ok, checks } = JSON.parse((await operator('doctor', '--json')).stdout);
    expect(ok).toBe(false);
    expect(checks).toContainEqual({
      check: 'public url',
      ok: false,
      detail: expect.stringContaining('2 machines serve: set CONVEYANCE_PUBLIC_URL'),
    });
    for (const end of ['a', 'b']) await db.nodes.leave(`0000-${end}`);
  });
});

it('the doctor compares the clocks of machine and database, and names a node', async () => {
  const { checks } = JSON.parse((await operator('doctor', '--json')).stdout);
  expect(checks).toContainEqual({ check: 'clocks', ok: true, detail: expect.stringContaining('agree within') });
  expect(checks).toContainEqual({ check: 'nodes', ok: true, detail: '1 serving' });
  const ahead = () => new Date(Date.now() + 300_000);
  const apart = await cli(['doctor', '--json'], { deps: { ...app.app.deps, clock: ahead } });
  const { checks: found } = JSON.parse(apart.stdout);
  expect(found).toContainEqual({ check: 'clocks', ok: false, detail: expect.stringContaining('300 s apart') });
});
