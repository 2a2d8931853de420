/** What the `WebhookSender` port promises of one message, against receivers of every kind. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { type Delivery, message, NEVER, NEWER_SECRET, SECRET, startReceiver } from '../webhooks/receiver.ts';
import { receiver, sender, socketServer } from './webhook-sender-harness.ts';

function headersOf({ headers }: Delivery): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

describe('the request', () => {
  test('is a POST of the exact body with the headers of Standard Webhooks', async () => {
    const sink = await receiver();
    const attempt = await sender().send(message(sink.url('/hook?key=1')), NEVER);
    expect(attempt).toEqual({
      status: 204,
      failure: null,
      responseHead: '',
      retryAfterSeconds: null,
      latencyMs: expect.any(Number),
    });
    expect(sink.deliveries).toMatchObject([
      {
        method: 'POST',
        path: '/hook?key=1',
        body: '{"job":"é"}',
        headers: {
          'content-type': 'application/json',
          'content-length': '12',
          'user-agent': 'Conveyance/1.2.3',
          'webhook-id': 'msg_2b7f',
          connection: 'close',
        },
      },
    ]);
  });

  test('verifies with the reference library under each live secret, and under no other', async () => {
    const sink = await receiver();
    await sender().send(message(sink.url(), { secrets: [NEWER_SECRET, SECRET] }), NEVER);
    const [delivery] = sink.deliveries;
    if (delivery === undefined) throw new Error('nothing was delivered');
    for (const secret of [SECRET, NEWER_SECRET]) {
      expect(new Webhook(secret).verify(delivery.body, headersOf(delivery))).toEqual({ job: 'é' });
    }
    const stranger = new Webhook(Buffer.alloc(32, 8).toString('base64'));
    expect(() => stranger.verify(delivery.body, headersOf(delivery))).toThrow('No matching signature found');
  });

  test('carries the same id on every try, and the time of the try', async () => {
    const sink = await receiver();
    let now = new Date('2026-03-01T00:00:00.900Z');
    const sending = sender({ clock: () => now });
    await sending.send(message(sink.url()), NEVER);
    now = new Date('2026-03-01T00:00:05Z');
    await sending.send(message(sink.url()), NEVER);
    expect(sink.deliveries.map(({ headers }) => [headers['webhook-id'], headers['webhook-timestamp']])).toEqual([
      ['msg_2b7f', '1772323200'],
      ['msg_2b7f', '1772323205'],
    ]);
    expect(new Set(sink.deliveries.map(({ headers }) => headers['webhook-signature'])).size).toBe(2);
  });

  test('of a million ids arrives whole and verifies', async () => {
    const ids = 1_000_000;
    const body: Iterable<string> = {
      *[Symbol.iterator]() {
        yield '{"property_ids":[99000000';
        for (let id = 1; id < ids; id++) yield `,${99_000_000 + id}`;
        yield ']}';
      },
    };
    const sink = await receiver();
    expect(await sender().send(message(sink.url(), { body }), NEVER)).toMatchObject({ status: 204 });
    const [delivery] = sink.deliveries;
    if (delivery === undefined) throw new Error('nothing was delivered');
    expect(new Webhook(SECRET).verify(delivery.body, headersOf(delivery))).toHaveProperty('property_ids.length', ids);
  });

  test('is streamed: a receiver that does not read holds the body back', async () => {
    const chunk = 'x'.repeat(65_536);
    const chunks = 1024;
    let yielded = 0;
    const body: Iterable<string> = {
      *[Symbol.iterator]() {
        for (yielded = 0; yielded < chunks; yielded++) yield chunk;
      },
    };
    const deaf = await socketServer((socket) => socket.pause());
    const attempt = await sender({ timeoutMs: 300 }).send(message(`http://127.0.0.1:${deaf.port}/`, { body }), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: 'No answer came within 0.3 s.' });
    // Of 64 MiB, what the buffers of two sockets hold has left.
    expect(yielded).toBeLessThan(chunks / 2);
  });

  test('is refused where the body could be read only once', async () => {
    const sink = await receiver();
    const body = (function* () {
      yield '{}';
    })();
    await expect(sender().send(message(sink.url(), { body }), NEVER)).rejects.toThrow('read twice');
    expect(sink.connections()).toBe(0);
  });

  test('is not blamed on the receiver when the body fails', async () => {
    const sink = await receiver();
    let readings = 0;
    const body: Iterable<string> = {
      *[Symbol.iterator]() {
        if (++readings > 1) throw new Error('the ids could not be read');
        yield '{}';
      },
    };
    await expect(sender().send(message(sink.url(), { body }), NEVER)).rejects.toThrow('the ids could not be read');
  });
});

describe('the answer', () => {
  test.each([200, 201, 202, 204, 299])('%i is delivered', async (status) => {
    const sink = await receiver((_request, response) => response.writeHead(status).end());
    expect(await sender().send(message(sink.url()), NEVER)).toMatchObject({ status, failure: null });
  });

  test.each([300, 304, 400, 401, 404, 410, 429, 500, 503])('%i is not', async (status) => {
    const sink = await receiver((_request, response) => response.writeHead(status).end());
    const attempt = await sender().send(message(sink.url()), NEVER);
    expect(attempt).toMatchObject({ status, failure: expect.stringContaining(String(status)) });
  });

  test('its first KiB is kept as text, its wish for a later try as seconds', async () => {
    const sink = await receiver((_request, response) =>
      response.writeHead(429, { 'retry-after': '120' }).end(`no\0 ${'é'.repeat(2000)}`),
    );
    const attempt = await sender().send(message(sink.url()), NEVER);
    expect(attempt).toMatchObject({ status: 429, retryAfterSeconds: 120 });
    // 1024 bytes end within the 511th é, which is left out.
    expect(attempt.responseHead).toBe(`no\uFFFD ${'é'.repeat(510)}`);
  });

  test('a Retry-After date is told in seconds of the sender’s clock', async () => {
    const sink = await receiver((_request, response) =>
      response.writeHead(503, { 'retry-after': 'Sun, 01 Mar 2026 00:01:30 GMT' }).end(),
    );
    const attempt = await sender({ clock: () => new Date('2026-03-01T00:00:00Z') }).send(message(sink.url()), NEVER);
    expect(attempt.retryAfterSeconds).toBe(90);
  });

  test('one that comes before the body was read counts, and ends the sending', async () => {
    const chunk = 'x'.repeat(65_536);
    let closed: Promise<unknown> = Promise.resolve();
    const server = await socketServer((socket) => {
      closed = once(socket, 'close');
      socket.once('data', () => socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n'));
    });
    const body = Array.from({ length: 1024 }, () => chunk);
    const attempt = await sender().send(message(`http://127.0.0.1:${server.port}/`, { body }), NEVER);
    expect(attempt).toMatchObject({ status: 413, failure: expect.stringContaining('413') });
    await closed;
  });

  test('an endless one is cut after 64 KiB and counts by its status', async () => {
    let written = 0;
    const block = Buffer.alloc(65_536, 'x');
    const sink = await receiver((_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(block)) written += block.length;
      };
      response.writeHead(200).on('drain', pour);
      pour();
    });
    const attempt = await sender().send(message(sink.url()), NEVER);
    expect(attempt).toMatchObject({ status: 200, failure: null, responseHead: 'x'.repeat(1024) });
    // Beyond 64 KiB lie only the buffers of the two sockets.
    expect(written).toBeLessThan(64 * 1_048_576);
  });

  test('one that trickles is cut when the time is up and counts by its status', async () => {
    const sink = await receiver((_request, response) => {
      response.writeHead(200).write('a');
    });
    const attempt = await sender({ timeoutMs: 300 }).send(message(sink.url()), NEVER);
    expect(attempt).toMatchObject({ status: 200, failure: null, responseHead: 'a' });
  });

  test('one whose connection breaks after the status counts by its status', async () => {
    const sink = await receiver((_request, response) => {
      response.writeHead(500, { 'content-length': 10 }).write('abc', () => response.destroy());
    });
    expect(await sender().send(message(sink.url()), NEVER)).toMatchObject({ status: 500, responseHead: 'abc' });
  });
});

describe('a receiver that gives no answer', () => {
  test.each<[string, (socket: Socket) => void, string]>([
    ['hangs', (socket) => socket.resume(), 'No answer came within 0.3 s.'],
    ['resets', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'closed the connection'],
    ['resets at once', (socket) => socket.resetAndDestroy(), 'closed the connection'],
    ['hangs up', (socket) => socket.once('data', () => socket.end()), 'closed the connection'],
    ['trickles its status line', (socket) => socket.write('HTTP/1.1 2'), 'No answer came within 0.3 s.'],
    ['repeats 103 for ever', (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(99)), 'No answer came'],
    [
      'breaks HTTP in its headers',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n'),
      'not readable',
    ],
    ['speaks no HTTP', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'not readable as HTTP/1.1'],
    [
      'has headers without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(4000)}`),
      'headers are larger than 16 KiB',
    ],
  ])('%s', async (_what, onSocket, failure) => {
    const server = await socketServer(onSocket);
    const attempt = await sender({ timeoutMs: 300 }).send(message(`http://127.0.0.1:${server.port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining(failure), responseHead: '' });
  });

  test('does not exist', async () => {
    const gone = await startReceiver();
    await gone.close();
    const attempt = await sender().send(message(gone.url()), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: expect.stringContaining('nothing listens on that port') });
  });
});
