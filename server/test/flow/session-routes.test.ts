/** A session opens every route that its person may use: none is made for programs alone. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { invite } from '../../src/core/logins/sessions.ts';
import { GUIDE_IDS, type TestApp, testApp } from '../support/app.ts';
import { type LiveRoutes, recordRoutes } from '../support/live-routes.ts';

const BASES = /^\/(?:apartmentiq\/|api\/v1\/|v2\/|api\/v2\/)/;

let app: TestApp;
let live: LiveRoutes;
let headers: Readonly<Record<string, string>>;
let jobId: string;

beforeAll(async () => {
  app = await testApp({
    prepare: (http) => {
      live = recordRoutes(http);
    },
  });
  const { id, token } = await app.account();
  const { link } = await invite(app.app.deps, { accountId: id, role: 'member' });
  const page = { origin: app.url, 'x-conveyance-console': '1', 'user-agent': 'browser' };
  const answer = await app.http.inject({
    method: 'POST',
    url: '/console/session',
    headers: page,
    payload: { invitation: link.split('#')[1] },
  });
  const [cookie] = answer.cookies;
  headers = { ...page, cookie: `${cookie?.name}=${cookie?.value}` };
  const request = { report_type: 'property', output_format: 'csv', start_date: '2025-12-01', end_date: '2025-12-02' };
  const payload = { ...request, property_ids: GUIDE_IDS };
  jobId = (await app.as({ token }, { method: 'POST', url: '/api/v1/bulk_api/jobs', payload })).json().job_id;
}, 60_000);
afterAll(() => app.close());

test('every GET of both interfaces knows the session, and fails for none', async () => {
  const routes = [...live.served].map((route) => route.split(' ') as [string, string]);
  const reading = routes.filter(([method, path]) => method === 'GET' && BASES.test(path));
  expect(reading.length).toBeGreaterThan(40);
  for (const [, path] of reading) {
    const url = path.replace(':job_id', jobId).replace(/:\w+/, 'property');
    const answer = await app.http.inject({ url, headers, payloadAsStream: true });
    expect([200, 204, 302, 400, 404], path).toContain(answer.statusCode);
    answer.stream().destroy();
  }
});

/** Resolves with true once the server has ended the stream. */
async function ends(response: Response): Promise<boolean> {
  const reader = response.body?.getReader();
  for (;;) if ((await reader?.read())?.done !== false) return true;
}

test('signing out ends the streams of the session at once, and of no other', async () => {
  const { id } = await app.account();
  const signIn = async () => {
    const { link } = await invite(app.app.deps, { accountId: id, role: 'member' });
    const page = { origin: app.url, 'x-conveyance-console': '1' };
    const payload = { invitation: link.split('#')[1] };
    const answer = await app.http.inject({ method: 'POST', url: '/console/session', headers: page, payload });
    const [cookie] = answer.cookies;
    return { ...page, cookie: `${cookie?.name}=${cookie?.value}` };
  };
  const [mine, other] = [await signIn(), await signIn()];
  const leaving = await fetch(`${app.url}/api/v1/bulk_api/events`, { headers: mine });
  const stop = new AbortController();
  const staying = await fetch(`${app.url}/api/v1/bulk_api/events`, { headers: other, signal: stop.signal });
  const hasEnded = vi.fn();
  ends(staying).then(hasEnded, () => undefined);
  await app.http.inject({ method: 'DELETE', url: '/console/session', headers: mine });
  expect(await ends(leaving)).toBe(true);
  // Its end would have been told with the first one's.
  expect(hasEnded).not.toHaveBeenCalled();
  stop.abort();
});
