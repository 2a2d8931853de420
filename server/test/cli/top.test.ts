/** `conveyance top`: one look for programs, and again and again at a terminal. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordingStream } from '../../../cli/test/streams.ts';
import { type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { cli } from './cli-world.ts';

const TIMEOUT_MS = 60_000;
const URL = '/apartmentiq/api/v1/bulk_api/jobs';

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
}, TIMEOUT_MS);
afterAll(() => app?.close());

async function exported(): Promise<void> {
  const payload = {
    report_type: 'property',
    output_format: 'csv',
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: [99001416],
  };
  const id: string = (await app.as(account, { method: 'POST', url: URL, payload })).json().job_id;
  await until(
    async () => (await app.as(account, { url: `${URL}/${id}` })).json().status,
    (status) => status === 'succeeded',
  );
}

it('tells queue, rates, webhooks, data and nodes at a look', async () => {
  const { deps } = app.app;
  const before = JSON.parse((await cli(['top', '--json'], { deps })).stdout);
  expect(before).toMatchObject({
    queue: { running: 0, waiting: 0, delayed: 0 },
    webhooks: { waiting: 0, overdue: 0, under_way: 0 },
    data_version: { version: 1 },
    nodes: [{ role: 'all', state: 'serving' }],
  });
  await exported();
  const after = JSON.parse((await cli(['top', '--json'], { deps })).stdout);
  expect(after.last_minute.succeeded).toBe(before.last_minute.succeeded + 1);
  expect(after.last_minute.rows).toBe(before.last_minute.rows + 31);
  const { code, stdout } = await cli(['top'], { deps });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Queue +0 running, 0 waiting, 0 to be tried again\nLast minute +\d+ succeeded \(\d\.\d a second, .+\)/,
  );
  expect(stdout).toMatch(/Data +version 1, loaded .+ ago\n\nID +ROLE/);
});

it('looks again at a terminal until it is interrupted', async () => {
  const interrupt = new AbortController();
  const { stream, text } = recordingStream(true);
  const looks = () => text().split('\u001b[H\u001b[J').length - 1;
  const running = cli(['top', '--every', '1'], {
    deps: app.app.deps,
    terminal: true,
    stdout: stream,
    interrupt: interrupt.signal,
  });
  await until(
    async () => looks(),
    (count) => count >= 2,
  );
  interrupt.abort();
  expect((await running).code).toBe(0);
  const seen = looks();
  expect(seen).toBeGreaterThanOrEqual(2);
});
