import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance, type ReportJobEvent } from '../src/index.ts';
import { JOB_ID, jobBody, RESET, ScriptedServer, type Step } from './scripted-server.ts';

const EVENTS = `GET /api/v1/bulk_api/jobs/${JOB_ID}/events`;
const ALL = 'GET /api/v1/bulk_api/events';

let server: ScriptedServer;
let client: Conveyance;
beforeEach(async () => {
  server = await ScriptedServer.start();
  client = new Conveyance({ url: server.url, token: 'cvt_token' });
});
afterEach(() => server.stop());

function event(id: number, fields: object): string {
  return `id: ${id}\nevent: job\ndata: ${JSON.stringify({ ...jobBody(), ...fields })}\n\n`;
}

/** Answers with these pieces, and then ends or breaks off. */
function stream(pieces: readonly (string | Uint8Array)[], end: 'end' | 'break' = 'end'): Step {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = ([piece, ...rest]: readonly (string | Uint8Array)[]): void => {
      if (piece !== undefined) response.write(piece, () => setImmediate(write, rest));
      else if (end === 'end') response.end();
      else response.destroy();
    };
    write(pieces);
  };
}

async function collect(events: AsyncIterable<ReportJobEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { status, progress } of events) seen.push(progress ? `${status} ${progress.percent}` : status);
  return seen;
}

describe('following a job', () => {
  it('yields its changes, wherever the bytes are cut, and ends with it', async () => {
    const text = [
      'retry: 2000\n\n',
      event(1, { progress: { percent: 0 } }),
      ':\n\n',
      event(2, { progress: { percent: 64 }, error_message: 'ä€😀\u2028' }),
      event(3, { status: 'succeeded' }),
    ].join('');
    const bytes = Buffer.from(text);
    const pieces = Array.from({ length: bytes.length }, (_, index) => bytes.subarray(index, index + 1));
    server.on(EVENTS, stream(pieces));
    let opened = 0;
    const events = client.exports.events(JOB_ID, { onOpen: () => (opened += 1) });
    expect(await collect(events)).toEqual(['submitted 0', 'submitted 64', 'succeeded']);
    expect(opened).toBe(1);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer cvt_token',
      accept: 'text/event-stream',
    });
  });

  it('comes back with the last event it has, after an end, a break, a refusal and a reset', async () => {
    server.on(
      EVENTS,
      stream([event(7, { progress: { percent: 1 } })]),
      stream([event(8, { progress: { percent: 2 } }), 'id: 9\nevent: job\ndata: {"job'], 'break'),
      { status: 503, body: { error: 'Service Unavailable' }, headers: { 'retry-after': '0' } },
      RESET,
      stream([event(9, { status: 'cancelled' })]),
    );
    const reasons: unknown[] = [];
    const onReconnect = (reason: unknown) => void reasons.push(reason);
    expect(await collect(client.exports.events(JOB_ID, { onReconnect }))).toEqual([
      'submitted 1',
      'submitted 2',
      'cancelled',
    ]);
    expect(server.seen(EVENTS).map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7', '8', '8', '8']);
    expect(reasons).toMatchObject([null, { name: 'NetworkError' }, { status: 503 }, { name: 'NetworkError' }]);
  });

  it('is over when the server says that nothing will come', async () => {
    server.on(EVENTS, stream([event(7, {})]), { status: 204 });
    expect(await collect(client.exports.events(JOB_ID))).toEqual(['submitted']);
  });

  it('does not come back to what is refused', async () => {
    server.on(EVENTS, { status: 404, body: { error: 'Not Found', message: 'no such job' } });
    await expect(collect(client.exports.events(JOB_ID))).rejects.toMatchObject({ name: 'ApiError', status: 404 });
    expect(server.requests).toHaveLength(1);
  });

  it('renews a token that is over', async () => {
    const renewing = new Conveyance({ url: server.url, accessKey: 'cvk_key', secret: 's' });
    server
      .on(
        'POST /oauth/token',
        { status: 200, body: { access_token: 'old', expires_in: 7200 } },
        { status: 200, body: { access_token: 'new', expires_in: 7200 } },
      )
      .on(EVENTS, { status: 401, body: { error: 'Unauthorized' } }, stream([event(1, { status: 'failed' })]));
    expect(await collect(renewing.exports.events(JOB_ID))).toEqual(['failed']);
    expect(server.seen(EVENTS).map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('ends with the signal’s reason, and lets go of the connection when the loop is left', async () => {
    let closed = 0;
    server.on(EVENTS, (_request, response) => {
      response.once('close', () => void closed++);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1, {}));
    });
    for await (const _job of client.exports.events(JOB_ID)) break;
    const abort = new AbortController();
    const reason = new Error('enough');
    const following = (async () => {
      for await (const _job of client.exports.events(JOB_ID, { signal: abort.signal })) abort.abort(reason);
    })();
    await expect(following).rejects.toBe(reason);
    await expect.poll(() => closed).toBe(2);
  });
});

describe('following all jobs', () => {
  it('goes on after the end of one', async () => {
    server.on(ALL, stream([event(1, { status: 'succeeded' })]), stream([event(2, { status: 'failed' })]));
    const seen: string[] = [];
    for await (const { status } of client.exports.allEvents()) {
      seen.push(status);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual(['succeeded', 'failed']);
    expect(server.seen(ALL).map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1']);
  });
});
