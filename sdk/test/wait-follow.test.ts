/** Waiting for a report job: by its events, and by polling where they do not come. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { JOB_ID, jobBody, RESET, ScriptedServer, type Step } from './scripted-server.ts';

const CALL = `GET /api/v1/bulk_api/jobs/${JOB_ID}`;
const EVENTS = `${CALL}/events`;

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const client = () => new Conveyance({ url: server.url, token: 'cvt_token' });
const percent = (value: number) => jobBody({ progress: { percent: value } });
const DONE = jobBody({ status: 'succeeded', progress: { percent: 100 } });

function stream(jobs: readonly object[], { end = true } = {}): Step {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`retry: 2000\n\n${jobs.map((job, id) => `id: ${id}\ndata: ${JSON.stringify(job)}\n\n`).join('')}`);
    if (end) response.end();
  };
}

async function waited(options: { readonly timeoutMs?: number } = {}) {
  const seen: unknown[] = [];
  const onProgress = ({ progress }: { readonly progress: { readonly percent: number } }) => seen.push(progress.percent);
  const job = await client().exports.wait(JOB_ID, { onProgress, ...options });
  return { job, seen };
}

describe('waiting', () => {
  it('follows the events and asks once for the whole job', async () => {
    server.on(EVENTS, stream([percent(12), percent(57), DONE])).on(CALL, { status: 200, body: DONE });
    const { job, seen } = await waited();
    expect([job.status, seen]).toEqual(['succeeded', [12, 57, 100]]);
    expect(server.seen(CALL)).toHaveLength(1);
  });

  it('polls where there are no events', async () => {
    server.on(EVENTS, { status: 404, body: { error: 'Not Found' } });
    server.on(CALL, { status: 200, body: percent(12) }, { status: 200, body: DONE });
    expect((await waited()).seen).toEqual([12, 100]);
  });

  it('polls on when the stream breaks', async () => {
    server.on(EVENTS, stream([percent(12)]), RESET);
    server.on(CALL, { status: 200, body: percent(40) }, { status: 200, body: DONE });
    expect((await waited()).seen).toEqual([12, 40, 100]);
    expect(server.seen(EVENTS)).toHaveLength(1);
  });

  it('polls when no event arrives: a proxy may hold them back', async () => {
    server.on(EVENTS, stream([], { end: false })).on(CALL, { status: 200, body: DONE });
    expect((await waited()).seen).toEqual([100]);
  });

  it('does not stand still for as long as Retry-After says', async () => {
    const busy = { 'retry-after': '3600' };
    server.on(CALL, ...[12, 13, 14, 15, 16].map((value) => ({ status: 200, body: percent(value), headers: busy })), {
      status: 200,
      body: DONE,
    });
    expect((await waited({ timeoutMs: 25_000 })).job.status).toBe('succeeded');
  });

  it('ends when its time is over while it follows, with the job as last seen', async () => {
    server.on(EVENTS, stream([percent(64)], { end: false }));
    await expect(client().exports.wait(JOB_ID, { timeoutMs: 1_000 })).rejects.toMatchObject({
      name: 'WaitTimeoutError',
      job: { progress: { percent: 64 } },
    });
    expect(server.seen(CALL)).toEqual([]);
  });

  it('stops at the caller’s signal while it follows', async () => {
    server.on(EVENTS, stream([percent(64)], { end: false }));
    const stop = new AbortController();
    const reason = new Error('Ctrl-C');
    const waiting = client().exports.wait(JOB_ID, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(waiting).rejects.toBe(reason);
  });
});
