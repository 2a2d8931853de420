/** What the `WebhookSender` port promises of many messages: aborts, a few connections to each host, none kept. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { message, NEVER } from '../webhooks/receiver.ts';
import { receiver, sender, socketServer } from './webhook-sender-harness.ts';

describe('an abort', () => {
  test('rejects with the signal’s reason and drops the connection', async () => {
    const stop = new AbortController();
    const reason = new Error('the worker stops');
    let dropped: Promise<unknown> = Promise.reject(new Error('no connection came'));
    dropped.catch(() => undefined);
    const server = await socketServer((socket) => {
      dropped = once(socket.resume(), 'close');
      stop.abort(reason);
    });
    await expect(sender().send(message(`http://127.0.0.1:${server.port}/`), stop.signal)).rejects.toBe(reason);
    await dropped;
  });

  test('that came before the sending leaves the receiver alone', async () => {
    const sink = await receiver();
    await expect(sender().send(message(sink.url()), AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
      'stopped',
    );
    expect(sink.connections()).toBe(0);
  });

  test('after the status does not take the outcome back', async () => {
    const stop = new AbortController();
    const sink = await receiver((_request, response) => {
      response.writeHead(200).write('a', () => setImmediate(() => stop.abort()));
    });
    const sent = sender({ timeoutMs: 5000 }).send(message(sink.url()), stop.signal);
    // Either the status was read before the abort, or the abort won: never a failure blamed on the receiver.
    await sent.then(
      (attempt) => expect(attempt).toMatchObject({ status: 200, failure: null }),
      (error: unknown) => expect(error).toBe(stop.signal.reason),
    );
  });

  test('by closing ends what is under way and what comes later', async () => {
    const server = await socketServer((socket) => socket.resume());
    const closing = sender();
    const url = `http://127.0.0.1:${server.port}/`;
    const sent = Array.from({ length: 6 }, () => closing.send(message(url), NEVER));
    const outcomes = Promise.allSettled(sent);
    await expect.poll(server.connections).toBe(4);
    await closing.close();
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected' });
    await expect(closing.send(message(url), NEVER)).rejects.toThrow('closed');
    expect(server.connections()).toBe(4);
  });
});

describe('a host', () => {
  test('that hangs gets four connections of a thousand messages, and delays nobody else', async () => {
    const hanging = await socketServer((socket) => socket.resume());
    const healthy = await receiver(undefined, { host: '127.0.0.9' });
    const sending = sender();
    const stop = new AbortController();
    let ended = 0;
    const stuck = Array.from({ length: 1000 }, () =>
      sending.send(message(`http://127.0.0.1:${hanging.port}/`), stop.signal).catch((error: unknown) => {
        ended++;
        return error;
      }),
    );
    const latencies: number[] = [];
    for (let count = 0; count < 20; count++) {
      const attempt = await sending.send(message(healthy.url()), NEVER);
      expect(attempt.failure).toBeNull();
      latencies.push(attempt.latencyMs);
    }
    expect(ended).toBe(0);
    expect(hanging.connections()).toBe(4);
    console.info(`healthy beside 1,000 hanging: p95 ${latencies.toSorted((a, b) => a - b)[18]} ms`);
    stop.abort(new Error('stopped'));
    await Promise.all(stuck);
    expect(hanging.connections()).toBe(4);
  });

  test('that hangs for one account answers another beside it, and takes 32 of all', async () => {
    // Its path says whose it is: the first account's requests are never answered.
    const shared = await receiver(({ url }, response) => {
      if (url !== '/harbor') response.writeHead(204).end();
    });
    const sending = sender({ timeoutMs: 600_000 });
    const stop = new AbortController();
    const send = (accountId: string, path: string) =>
      sending.send(message(shared.url(path), { accountId }), stop.signal);
    const stuck = Array.from({ length: 100 }, () => send('harbor', '/harbor'));
    const others = ['cove', 'bay', 'firth', 'sound', 'fjord', 'inlet', 'lagoon'];
    for (const accountId of others) expect(await send(accountId, `/${accountId}`)).toMatchObject({ status: 204 });
    expect(shared.deliveries.filter(({ path }) => path === '/harbor')).toHaveLength(4);
    // Control: with eight accounts hanging, the host has what it takes, and the ninth waits.
    for (const accountId of others) for (let count = 0; count < 9; count++) stuck.push(send(accountId, '/harbor'));
    await expect.poll(() => shared.deliveries.filter(({ path }) => path === '/harbor').length).toBe(32);
    const connections = shared.connections();
    stuck.push(send('harbour of nobody', '/nobody'));
    const elsewhere = await receiver(undefined, { host: '127.0.0.9' });
    expect(await sending.send(message(elsewhere.url()), NEVER)).toMatchObject({ status: 204 });
    expect(shared.connections()).toBe(connections);
    stop.abort(new Error('stopped'));
    await Promise.allSettled(stuck);
  });

  test('gets its messages in order of their sending, never more than four at once', async () => {
    let open = 0;
    let most = 0;
    const sink = await receiver((_request, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.writeHead(204).end();
      });
    });
    const sending = sender();
    const sent = Array.from({ length: 40 }, (_, index) =>
      sending.send(message(sink.url(`/${index}`), { id: `msg_${index}` }), NEVER),
    );
    expect((await Promise.all(sent)).every(({ status }) => status === 204)).toBe(true);
    expect(most).toBeLessThanOrEqual(4);
    expect(new Set(sink.deliveries.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
  });

  test('is the same host in capitals, with a dot at its end and on another port', async () => {
    const server = await socketServer((socket) => socket.resume());
    const sending = sender({ caps: { perAccountAndHost: 1, perHost: 32 }, lookup: async () => ['127.0.0.1'] });
    const stop = new AbortController();
    const hosts = ['hooks.example.com', 'HOOKS.example.com', 'hooks.example.com.'];
    const sent = hosts.map((host) => sending.send(message(`http://${host}:${server.port}/`), stop.signal));
    const outcomes = Promise.allSettled(sent);
    await expect.poll(server.connections).toBe(1);
    const other = await receiver();
    const free = await sending.send(message(other.url()), NEVER);
    expect(free.status).toBe(204);
    expect(server.connections()).toBe(1);
    stop.abort();
    await outcomes;
  });
});

test('a receiver sees one connection end for each try: nothing is kept open between them', async () => {
  const closed: Promise<unknown>[] = [];
  const server = await socketServer((socket) => {
    closed.push(once(socket, 'close'));
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  });
  const sending = sender();
  for (let count = 0; count < 3; count++) await sending.send(message(`http://127.0.0.1:${server.port}/`), NEVER);
  await Promise.all(closed);
  expect(server.connections()).toBe(3);
});
