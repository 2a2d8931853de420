/** The whole program: an instant comes, and the program makes the job by itself, runs it, and calls back. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_SCOPES } from '../../src/core/access.ts';
import { createSchedule } from '../../src/jobs/schedules/schedules.ts';
import { parseScheduleRequest } from '../../src/wire/apartmentiq/schedule-request.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp, until } from '../support/app.ts';
import { startReceiver } from '../webhooks/receiver.ts';

const API = '/api/v1/bulk_api';
const PATIENCE_MS = 60_000;
const MS_PER_MINUTE = 60_000;

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ settings: { CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8' } });
}, PATIENCE_MS);
afterAll(() => app?.close());

async function get(account: TestAccount, path: string) {
  const answer = await app.as(account, { url: API + path });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}

function ended(account: TestAccount, jobId: string) {
  return until(
    () => get(account, `/jobs/${jobId}`),
    ({ status }) => status !== 'submitted',
  );
}

describe('a schedule', { timeout: PATIENCE_MS }, () => {
  it('exports what a job of the same days exports, to the byte, and its job calls back', async () => {
    const account = await app.account();
    const sink = await startReceiver();
    onTestFinished(() => sink.close());
    const request = { report_type: 'property', output_format: 'csv', property_ids: GUIDE_IDS, name: 'Nightly' };
    const { deps } = app.app;
    const credential = (await deps.db.credentials.list(account.id))[0];
    if (credential === undefined) throw new Error('the account has no credential');
    const caller = { accountId: account.id, credentialId: credential.id, scopes: DEFAULT_SCOPES };
    // The minute that has just begun: made as of a moment before it, the schedule is due at once.
    const instant = new Date(Math.floor(Date.now() / MS_PER_MINUTE) * MS_PER_MINUTE);
    const rule = { frequency: 'daily', time: instant.toISOString().slice(11, 16), time_zone: 'UTC' };
    // Ten years reach back to the demo data, whenever this runs.
    const days = { range: 'trailing_n_days', days: 3660, data_deadline_hours: 0 };
    const body = { ...request, ...rule, ...days, callback_url: sink.url() };
    const asked = parseScheduleRequest(body, () => true);
    const { id } = await createSchedule({ ...deps, clock: () => new Date(instant.getTime() - 1) }, caller, asked);
    const { runs } = await until(
      () => get(account, `/schedules/${id}/runs`),
      (page) => page.runs.some(({ state }: { state: string }) => state !== 'waiting'),
    );
    expect(runs).toMatchObject([{ planned_at: instant.toISOString(), state: 'submitted', data_complete: false }]);
    const [{ job_id: jobId, start_date, end_date }] = runs;
    const scheduled = await ended(account, jobId);
    const payload = { ...request, start_date, end_date };
    const direct = (await app.as(account, { method: 'POST', url: `${API}/jobs`, payload })).json();
    const { result } = await ended(account, direct.job_id);
    expect(result.rows).toBeGreaterThan(200);
    expect(scheduled).toMatchObject({ status: 'succeeded', name: 'Nightly', start_date, end_date });
    expect(scheduled.result).toMatchObject({ rows: result.rows, sha256: result.sha256 });
    await until(
      async () => sink.deliveries.length,
      (count) => count > 0,
    );
    expect(JSON.parse(sink.deliveries[0]?.body ?? '')).toMatchObject({ job_id: jobId, status: 'succeeded' });
    expect((await get(account, `/schedules/${id}`)).next_run_at > instant.toISOString()).toBe(true);
  });
});
