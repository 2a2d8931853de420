/** Streams, links and tokens where servers, browsers or clocks behave unlike the usual. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Conveyance } from '../src/index.ts';
import { clientCredentials } from '../src/transport/authorization.ts';
import { JOB_ID, ScriptedServer, type Step } from './scripted-server.ts';

const RESULTS = `GET /api/v1/bulk_api/jobs/${JOB_ID}/results`;
const FILE = 'GET /files/x';

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
  server.on(RESULTS, { status: 302, headers: { location: '/files/x' } });
});
afterEach(() => server.stop());

const client = (options = {}) => new Conveyance({ url: server.url, token: 't', ...options });
const file =
  (status: number, headers: Record<string, string>, body = 'abcdef'): Step =>
  (_request, response) =>
    void response.writeHead(status, headers).end(body);

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

describe('open', () => {
  it('gives the bytes with their ETag', async () => {
    server.on(FILE, file(200, { etag: '"v1"' }));
    const { offset, etag, body } = await client().exports.open(JOB_ID);
    expect({ offset, etag, text: await textOf(body) }).toEqual({ offset: 0, etag: '"v1"', text: 'abcdef' });
    expect(server.seen(FILE)[0]?.headers.range).toBeUndefined();
  });

  it('gives the rest from a byte on', async () => {
    server.on(FILE, file(206, { etag: '"v1"', 'content-range': 'bytes 4-5/6' }, 'ef'));
    const { offset, body } = await client().exports.open(JOB_ID, { from: { offset: 4, etag: '"v1"' } });
    expect({ offset, text: await textOf(body) }).toEqual({ offset: 4, text: 'ef' });
    expect(server.seen(FILE)[0]?.headers).toMatchObject({ range: 'bytes=4-', 'if-range': '"v1"' });
  });

  it('says when it is the whole again because the file has changed', async () => {
    server.on(FILE, file(200, { etag: '"v2"' }));
    const opened = await client().exports.open(JOB_ID, { from: { offset: 4, etag: '"v1"' } });
    expect(opened).toMatchObject({ offset: 0, etag: '"v2"' });
    await opened.body.cancel();
  });

  it('takes no rest of another file, where a store does not look at If-Range', async () => {
    const rest = file(206, { etag: '"v2"', 'content-range': 'bytes 4-5/6' }, 'EF');
    server.on(FILE, rest, file(200, { etag: '"v2"' }, 'ABCDEF'));
    const opened = await client().exports.open(JOB_ID, { from: { offset: 4, etag: '"v1"' } });
    expect({ offset: opened.offset, text: await textOf(opened.body) }).toEqual({ offset: 0, text: 'ABCDEF' });
  });

  it('knows the digest from the header, or else from the link', async () => {
    const digest = 'ab'.repeat(32);
    server.on(RESULTS, { status: 302, headers: { location: `/files/x?y=1&x-sha256=${digest}` } });
    server.on(FILE, file(200, { etag: '"v1"' }));
    const opened = await client().exports.open(JOB_ID);
    expect(opened.sha256).toBe(digest);
    await opened.body.cancel();
  });

  it('refuses a part that is not the one it asked for', async () => {
    const from = { offset: 4, etag: '"v1"' };
    server.on(FILE, file(206, { 'content-range': 'bytes 2-5/6' }, 'cdef'));
    await expect(client().exports.open(JOB_ID, { from })).rejects.toThrow(
      'the range begins at 2, not at the byte asked for',
    );
    server.on(FILE, file(206, {}, 'ef'));
    await expect(client().exports.open(JOB_ID, { from })).rejects.toThrow('a partial answer without Content-Range');
  });

  it('goes on where the connection broke, behind a fresh link', async () => {
    server.on(
      FILE,
      (_request, response) => {
        response.writeHead(200, { etag: '"v1"', 'content-length': 6 }).write('abc', () => response.socket?.destroy());
      },
      file(206, { etag: '"v1"', 'content-range': 'bytes 3-5/6' }, 'def'),
    );
    const { body } = await client().exports.open(JOB_ID);
    expect(await textOf(body)).toBe('abcdef');
    expect(server.seen(FILE).at(-1)?.headers).toMatchObject({ range: 'bytes=3-', 'if-range': '"v1"' });
    expect(server.seen(RESULTS)).toHaveLength(2);
  });

  it('passes on why a link is refused', async () => {
    server.on(FILE, { status: 403, body: { error: 'Forbidden', message: 'The link has run out' } });
    await expect(client().exports.open(JOB_ID)).rejects.toMatchObject({ status: 403, message: 'The link has run out' });
  });

  it('reads no faster than its reader', async () => {
    const size = 64 * 1024 * 1024;
    let written = 0;
    server.on(FILE, (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pump = (): void => {
        while (written < size && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    });
    const { body } = await client().exports.open(JOB_ID);
    const reader = body.getReader();
    await reader.read();
    // What the two sockets and the stream may hold between them; the file is many times that.
    await expect.poll(() => written).toBeGreaterThan(0);
    expect(written).toBeLessThan(size / 2);
    await reader.cancel();
  });

  it('breaks the connection when its reader cancels', async () => {
    const closed = new Promise<void>((resolve) => {
      server.on(FILE, (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200).write('abc');
      });
    });
    const { body } = await client().exports.open(JOB_ID);
    await body.cancel();
    await closed;
  });
});

describe('results', () => {
  it('finds the link where redirects are hidden from scripts, as in browsers', async () => {
    server.on(FILE, file(200, {}));
    const hiding = async (url: string, init: RequestInit) => {
      const response = await fetch(url, init);
      if (init.redirect !== 'manual') return response;
      await response.body?.cancel();
      return Object.defineProperties(new Response(null), { type: { value: 'opaqueredirect' }, status: { value: 0 } });
    };
    expect(await client({ fetch: hiding }).exports.resultLink(JOB_ID)).toBe(`${server.url}/files/x`);
  });

  it('does not take an answer without a link for one', async () => {
    server.on(RESULTS, { status: 200, body: {} });
    await expect(client().exports.resultLink(JOB_ID)).rejects.toThrow('no redirect to the result in the answer');
  });
});

describe('clientCredentials', () => {
  function tokens(lifetimes: number[]) {
    const state = { now: 0, asked: 0 };
    const source = clientCredentials(
      () => {
        const body = { access_token: `token-${state.asked}`, expires_in: lifetimes[state.asked++] };
        return Promise.resolve({ status: 200, headers: new Headers(), url: '', body, opaque: false });
      },
      () => state.now,
    );
    return { state, source };
  }

  it('keeps a token until a minute before its end', async () => {
    const { state, source } = tokens([7_200, 7_200]);
    expect(await source.get()).toBe('Bearer token-0');
    state.now = 7_139_999;
    expect(await source.get()).toBe('Bearer token-0');
    state.now = 7_140_000;
    expect(await source.get()).toBe('Bearer token-1');
  });

  it('uses half of a life that is shorter than the margin', async () => {
    const { state, source } = tokens([60, 60]);
    await source.get();
    state.now = 29_999;
    expect(await source.get()).toBe('Bearer token-0');
    state.now = 30_000;
    expect(await source.get()).toBe('Bearer token-1');
  });

  it('renews once for all who find it spent', async () => {
    const { state, source } = tokens([100, 7_200]);
    await source.get();
    state.now = 1_000_000;
    expect(await Promise.all([source.get(), source.get(), source.get()])).toEqual([
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-1',
    ]);
    expect(state.asked).toBe(2);
  });

  it('gives a refused token to nobody', async () => {
    const { source } = tokens([7_200, 7_200]);
    const refused = await source.get();
    expect(source.refuse(refused)).toBe(true);
    expect(await source.get()).toBe('Bearer token-1');
  });

  it('says when the url is not that of a server', async () => {
    const source = clientCredentials(() =>
      Promise.resolve({ status: 200, headers: new Headers(), url: '', body: '<html>', opaque: false }),
    );
    await expect(source.get()).rejects.toThrow('no access_token in the answer of the token route');
  });
});
