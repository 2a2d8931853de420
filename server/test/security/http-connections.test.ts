/** On the socket: slow clients are cut and honest ones served, what is no HTTP gets an answer, and a stop lets the last answer out. */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Customer, JOBS, REQUEST, type TestDoor, testDoor } from '../http/door.ts';

/** As in production, but for impatience. */
const LIMITS = {
  headersMs: 300,
  requestMs: 30_000,
  sweepMs: 50,
  upload: { graceMs: 300, bytesPerSecond: 1_000 },
};
const BODY = JSON.stringify(REQUEST);

let door: TestDoor;
let customer: Customer;
let port: number;

async function listen(on: TestDoor): Promise<number> {
  return Number(new URL(await on.app.listen({ host: '127.0.0.1', port: 0 })).port);
}

beforeAll(async () => {
  door = await testDoor({ limits: LIMITS });
  customer = await door.customer();
  port = await listen(door);
});
afterAll(() => door[Symbol.asyncDispose]());

/** Everything the server says until it closes the connection. */
function conversation(speak: (socket: Socket) => void, to = port): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(to, '127.0.0.1', () => speak(socket));
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
    });
    // A cut connection is what some of these conversations are about.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

function headers(more: readonly string[] = []): string {
  return [
    `POST ${JOBS} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: ${customer.authorization}`,
    'Content-Type: application/json',
    ...more,
    '\r\n',
  ].join('\r\n');
}

function parts(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  return { head, body: JSON.parse(body) as unknown, status: Number(head.split(' ', 2)[1]) };
}

/** Writes the text in pieces until it is over or the server has had enough. */
function drip(socket: Socket, text: string, bytes: number, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= text.length || !socket.writable) return clearInterval(timer);
    socket.write(text.slice(at, at + bytes));
    at += bytes;
  }, everyMs);
}

describe('slow clients', () => {
  test('headers that do not come to an end are cut off', async () => {
    const { status, head, body } = parts(
      await conversation((socket) => drip(socket, headers(['X: y'.repeat(500)]), 1, 40)),
    );
    expect(status).toBe(408);
    expect(head).toMatch(/X-Request-Id: [0-9a-f-]{36}/);
    expect(body).toEqual({ error: 'Request Timeout', message: 'The request came too slowly and was cut off' });
  });

  test('a connection that says nothing is cut off', async () => {
    expect(parts(await conversation(() => undefined)).status).toBe(408);
  });

  test('a body below the least upload rate is cut off', async () => {
    const slow = await conversation((socket) => {
      socket.write(headers([`Content-Length: ${BODY.length}`, 'X-Request-Id: slow-1']));
      drip(socket, BODY, 1, 40);
    });
    const { status, head } = parts(slow);
    expect(status).toBe(408);
    expect(head).toContain('X-Request-Id: slow-1');
    expect(door.log.some(({ event }) => event === 'request_failed')).toBe(false);
  });

  test('a chunked body below the rate too', async () => {
    const slow = await conversation((socket) => {
      socket.write(headers(['Transfer-Encoding: chunked']));
      drip(socket, '1\r\n{\r\n'.repeat(100), 6, 100);
    });
    expect(parts(slow).status).toBe(408);
  });

  test('a body that began fast and then stalls is cut off as soon as one that was slow from the beginning', async () => {
    const startedAt = performance.now();
    const stalled = await conversation((socket) => {
      socket.write(headers(['Content-Length: 20000000']));
      // At the least rate this would be enough for seventeen minutes.
      socket.write(`{"name":"${'x'.repeat(1_000_000)}`);
    });
    expect(parts(stalled).status).toBe(408);
    // An average since the beginning would wait until the client is cut off for the whole request’s time.
    expect(performance.now() - startedAt).toBeLessThan(LIMITS.requestMs / 2);
  });

  test('a body that takes longer than the grace, at a fair rate, is served', async () => {
    const padded = BODY + ' '.repeat(2_000);
    const answer = await conversation((socket) => {
      socket.write(headers([`Content-Length: ${padded.length}`, 'Connection: close']));
      drip(socket, padded, 100, 25);
    });
    expect(parts(answer).status).toBe(200);
  });
});

describe('what is no HTTP', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400],
    ['an unknown method', 'FROBNICATE / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['two lengths', `POST ${JOBS} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, 400],
    [
      'a length and chunks',
      `POST ${JOBS} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n', 400],
    ['headers of 20 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a path of 20 KiB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ])('%s', async (_name, text, status) => {
    const answer = parts(await conversation((socket) => socket.write(text)));
    expect(answer.status).toBe(status);
    expect(answer.head).toContain('Connection: close');
    expect(answer.head).toMatch(/X-Request-Id: [0-9a-f-]{36}/);
    expect(answer.body).toEqual({ error: expect.any(String), message: expect.any(String) });
  });

  test('a path with dots is not resolved, neither by us nor by a client between', async () => {
    const line = 'GET /files/results/../../etc/passwd?expires=1&filename=a&kid=test&signature=x HTTP/1.1';
    const answer = parts(
      await conversation((socket) => socket.write(`${line}\r\nHost: a\r\nConnection: close\r\n\r\n`)),
    );
    expect(answer.status).toBe(403);
  });
});

describe('a stop', () => {
  test('lets the answer out that is being made, and closes its connection behind it', async () => {
    await using stopping = await testDoor();
    const caller = await stopping.customer();
    const to = await listen(stopping);
    let stopped: Promise<unknown> | undefined;
    const { accounts } = stopping.deps.db;
    const get = accounts.get.bind(accounts);
    accounts.get = async (id) => {
      stopped = stopping.app.close();
      return get(id);
    };
    const request = `GET /api/v1/accounts HTTP/1.1\r\nHost: a\r\nAuthorization: ${caller.authorization}\r\n\r\n`;
    const answer = parts(await conversation((socket) => socket.write(request), to));
    await stopped;
    expect([answer.status, answer.body]).toMatchObject([200, { data: [{ id: caller.accountId }] }]);
  });

  test('does not wait for kept-alive connections that ask for nothing', async () => {
    await using stopping = await testDoor();
    const to = await listen(stopping);
    const heard = await conversation((socket) => {
      socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
      socket.once('data', () => void stopping.app.close());
    }, to);
    expect(heard).toContain('200 OK');
  });

  test('does not wait for connections on which no request came', async () => {
    await using stopping = await testDoor();
    const to = await listen(stopping);
    stopping.app.server.once('connection', () => setImmediate(() => void stopping.app.close()));
    // Not even the answer for slow requests: the connection is gone before it would come.
    expect(await conversation(() => undefined, to)).toBe('');
  });
});
