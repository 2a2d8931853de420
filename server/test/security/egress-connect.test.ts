/** The egress guard at work, against canaries: every address in this file is loopback, and some of it stands for the public. */
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { createConnector } from '../../src/webhooks/connect.ts';
import { createEgressGuard } from '../../src/webhooks/egress.ts';
import { createDnsLookup } from '../../src/webhooks/resolve.ts';
import type { WebhookSenderOptions } from '../../src/webhooks/send.ts';
import { createWebhookSender } from '../../src/webhooks/send.ts';
import { message, NEVER, type Receiver, startReceiver } from '../webhooks/receiver.ts';
import { type Answer, startNameServer } from './egress-name-server.ts';

/** Opened in these tests, so that it plays the public address of an honest receiver. */
const PUBLIC_HOST = '127.0.0.3';
/** Never opened: what the guard protects. */
const INNER_HOST = '127.0.0.2';
const NOT_PUBLIC = expect.stringContaining('does not lead to a public address');

const running: Receiver[] = [];

afterEach(async () => {
  for (const receiver of running.splice(0)) await receiver.close();
});

async function receiver(...from: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...from);
  running.push(started);
  return started;
}

/** An honest receiver and a canary on the same port of another address, as DNS rebinding needs it. */
async function sinkAndCanary(...[answer]: Parameters<typeof startReceiver>) {
  const sink = await receiver(answer, { host: PUBLIC_HOST });
  const canary = await receiver(undefined, { host: INNER_HOST, port: sink.port });
  return { sink, canary };
}

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const made = createWebhookSender({
    allow: [],
    clock: () => new Date(),
    version: '0.0.0',
    // Whatever a test forgets to say must not be asked of the machine's name servers.
    lookup: () => Promise.reject(new Error('this test looks up no name')),
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

async function nameServer(answer: Answer) {
  const server = await startNameServer(answer);
  onTestFinished(() => server.close());
  return server;
}

describe('a port of another protocol', () => {
  /** On the standard’s list, and free for any user to listen at. */
  const FOREIGN = 10_080;

  test('is not connected to, whatever the operator allows; the next port of the same receiver is', async () => {
    const foreign = await receiver(undefined, { host: INNER_HOST, port: FOREIGN });
    const sink = await receiver(undefined, { host: INNER_HOST });
    const lookup = async () => [INNER_HOST];
    const sending = sender({ allow: ['hooks.test', INNER_HOST], lookup });
    for (const host of ['hooks.test', INNER_HOST]) {
      expect(await sending.send(message(`http://${host}:${FOREIGN}/`), NEVER)).toMatchObject({
        status: null,
        failure: expect.stringContaining('not to a port of another protocol'),
      });
      expect(await sending.send(message(`http://${host}:${sink.port}/`), NEVER)).toMatchObject({ status: 204 });
    }
    expect(foreign.connections()).toBe(0);
  });

  test('is refused where the connection is made, even if the URL was not judged before', async () => {
    const foreign = await receiver(undefined, { host: INNER_HOST, port: FOREIGN });
    const guard = createEgressGuard({ allow: ['hooks.test', INNER_HOST] });
    const lookup = async () => [INNER_HOST];
    const connect = createConnector({ guard, lookup, trustedLookup: lookup, certificateAuthorities: [] }, NEVER);
    for (const hostname of ['hooks.test', INNER_HOST]) {
      const error = await new Promise((resolve) => {
        connect({ hostname, port: String(FOREIGN), protocol: 'http:' }, (...[failure]) => resolve(failure));
      });
      expect(error).toMatchObject({ message: expect.stringContaining(`names the port ${FOREIGN}`) });
    }
    expect(foreign.connections()).toBe(0);
  });
});

describe('literal addresses', () => {
  test('no spelling of a loopback address reaches a canary; listed, the same spellings deliver', async () => {
    const canary = await receiver();
    const { port } = canary;
    const urls = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '0x7f000001',
      '0x7f.1',
      '017700000001',
      '0177.0.0.1',
      '127.0.0.1.',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
      '①②⑦.0.0.1',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[0:0:0:0:0:ffff:127.0.0.1]',
    ].map((host) => `http://${host}:${port}/hook`);
    const closed = sender();
    for (const url of urls) {
      expect(closed.accepts(url), url).toBe(false);
      expect(await closed.send(message(url), NEVER), url).toMatchObject({
        status: null,
        failure: expect.stringContaining('refused'),
      });
    }
    expect(canary.connections()).toBe(0);

    const open = sender({ allow: [`127.0.0.1:${port}`] });
    for (const url of urls)
      expect(await open.send(message(url), NEVER), url).toMatchObject({ status: 204, failure: null });
    expect(canary.deliveries).toHaveLength(urls.length);
  });

  test('IPv6 loopback is refused, and delivered to where it is listed', async () => {
    const canary = await receiver(undefined, { host: '::1' });
    expect(await sender().send(message(canary.url()), NEVER)).toMatchObject({ status: null });
    expect(canary.connections()).toBe(0);
    expect(await sender({ allow: ['::1'] }).send(message(canary.url()), NEVER)).toMatchObject({ status: 204 });
    expect(canary.connections()).toBe(1);
  });

  test('an address that the kernel turns into another one is found out before a byte is sent', async () => {
    const canary = await receiver();
    const attempt = await sender({ allow: ['0.0.0.0'] }).send(message(`http://0.0.0.0:${canary.port}/`), NEVER);
    expect(attempt).toMatchObject({ status: null, failure: NOT_PUBLIC });
    // The connection shows that it was the look at the socket that refused, not the look at the address.
    await expect.poll(canary.connections).toBe(1);
    expect(canary.deliveries).toHaveLength(0);
  });
});

describe('names', () => {
  const url = (port: number) => `http://hooks.example.com:${port}/hook`;

  test.each([
    ['one inner address', [INNER_HOST]],
    ['a public address and an inner one', [PUBLIC_HOST, INNER_HOST]],
    ['an inner address and a public one', [INNER_HOST, PUBLIC_HOST]],
    ['a mapped inner address', [`::ffff:${INNER_HOST}`]],
    ['IPv6 loopback', ['::1']],
    ['no address', []],
    ['something that is no address', ['localhost']],
  ])('a name with %s is refused', async (_what, addresses) => {
    const { sink, canary } = await sinkAndCanary();
    const guarded = sender({ allow: [PUBLIC_HOST], lookup: async () => addresses });
    expect(guarded.accepts(url(sink.port))).toBe(true);
    expect(await guarded.send(message(url(sink.port)), NEVER)).toMatchObject({ status: null, failure: NOT_PUBLIC });
    expect([canary.connections(), sink.connections()]).toEqual([0, 0]);
  });

  test('what a customer reads is the same for an unknown name and for an inner address', async () => {
    const unknown = sender({
      lookup: () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' })),
    });
    const dead = sender({
      lookup: () => Promise.reject(Object.assign(new Error('queryA ECONNREFUSED'), { code: 'ECONNREFUSED' })),
    });
    const inner = sender({ lookup: async () => [INNER_HOST] });
    const attempts = await Promise.all([unknown, dead, inner].map((each) => each.send(message(url(8443)), NEVER)));
    expect(attempts[0]).toMatchObject({ status: null, failure: NOT_PUBLIC });
    for (const attempt of attempts) expect(attempt).toEqual({ ...attempts[0], latencyMs: expect.any(Number) });
    expect(JSON.stringify(attempts)).not.toContain(INNER_HOST);
  });

  test('a name is looked up once for each try, and the connection goes to what was judged', async () => {
    const { sink, canary } = await sinkAndCanary();
    let lookups = 0;
    const guarded = sender({ allow: [PUBLIC_HOST], lookup: async () => [lookups++ === 0 ? PUBLIC_HOST : INNER_HOST] });
    expect(await guarded.send(message(url(sink.port)), NEVER)).toMatchObject({ status: 204 });
    expect(lookups).toBe(1);
    expect(await guarded.send(message(url(sink.port)), NEVER)).toMatchObject({ status: null, failure: NOT_PUBLIC });
    expect(sink.deliveries.map(({ headers }) => headers.host)).toEqual([`hooks.example.com:${sink.port}`]);
    expect(canary.connections()).toBe(0);
  });

  test('a listed name is delivered to wherever it leads, on its port alone', async () => {
    const { sink, canary } = await sinkAndCanary();
    const lookup = async () => [INNER_HOST];
    const listed = sender({ allow: [`hooks.example.com:${sink.port}`], lookup });
    expect(await listed.send(message(url(sink.port)), NEVER)).toMatchObject({ status: 204 });
    expect(canary.deliveries).toHaveLength(1);
    const otherPort = sender({ allow: [`hooks.example.com:${sink.port + 1}`], lookup });
    expect(await otherPort.send(message(url(sink.port)), NEVER)).toMatchObject({ status: null, failure: NOT_PUBLIC });
    expect(canary.deliveries).toHaveLength(1);
  });

  test('a listed name may stand in the system’s hosts file', async () => {
    const sink = await receiver();
    const listed = createWebhookSender({ allow: ['localhost'], clock: () => new Date(), version: '0.0.0' });
    onTestFinished(() => listed.close());
    expect(await listed.send(message(`http://localhost:${sink.port}/`), NEVER)).toMatchObject({ status: 204 });
  });

  test('the next address is tried where one does not answer', async () => {
    const sink = await receiver(undefined, { host: PUBLIC_HOST });
    const guarded = sender({ allow: ['127.0.0.0/8'], lookup: async () => ['127.0.0.4', PUBLIC_HOST] });
    expect(await guarded.send(message(url(sink.port)), NEVER)).toMatchObject({ status: 204 });
  });
});

describe('a rebinding name server', () => {
  test('gets no further than the address that was judged', async () => {
    const { sink, canary } = await sinkAndCanary();
    let tries = 0;
    const server = await nameServer(({ type }) => {
      if (type === 'AAAA') return [];
      return [tries++ % 2 === 0 ? PUBLIC_HOST : INNER_HOST];
    });
    const guarded = sender({ allow: [PUBLIC_HOST], lookup: createDnsLookup({ servers: [server.address] }) });
    const target = message(`http://rebind.example.com:${sink.port}/`);
    const statuses: unknown[] = [];
    for (let round = 0; round < 10; round++) statuses.push((await guarded.send(target, NEVER)).status);
    expect(statuses).toEqual([204, null, 204, null, 204, null, 204, null, 204, null]);
    expect(sink.deliveries).toHaveLength(5);
    expect(canary.connections()).toBe(0);
    expect(server.questions.filter(({ type }) => type === 'A')).toHaveLength(10);
  });

  test('cannot hide an inner address in the other family or behind a public one', async () => {
    const { sink, canary } = await sinkAndCanary();
    const server = await nameServer(({ name, type }) => {
      if (name.startsWith('both')) return type === 'A' ? [PUBLIC_HOST, INNER_HOST] : [];
      if (name.startsWith('mapped')) return type === 'AAAA' ? ['::ffff:7f00:2'] : [];
      return type === 'AAAA' ? ['::1'] : [PUBLIC_HOST];
    });
    const guarded = sender({ allow: [PUBLIC_HOST], lookup: createDnsLookup({ servers: [server.address] }) });
    for (const name of ['both', 'mapped', 'sixth']) {
      const attempt = await guarded.send(message(`http://${name}.example.com:${sink.port}/`), NEVER);
      expect(attempt, name).toMatchObject({ status: null, failure: NOT_PUBLIC });
    }
    expect([canary.connections(), sink.connections()]).toEqual([0, 0]);
  });

  test('an unknown name, and a server that stays silent, are failures within the time of a try', async () => {
    const server = await nameServer(({ name }) => (name.startsWith('silent') ? 'silence' : null));
    const guarded = sender({ timeoutMs: 300, lookup: createDnsLookup({ servers: [server.address] }) });
    expect(await guarded.send(message('http://unknown.example.com/'), NEVER)).toMatchObject({ failure: NOT_PUBLIC });
    expect(await guarded.send(message('http://silent.example.com/'), NEVER)).toMatchObject({
      status: null,
      failure: 'No answer came within 0.3 s.',
    });
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i is a failure and leads nowhere', async (status) => {
    const { sink, canary } = await sinkAndCanary((_request, response) => {
      response.writeHead(status, { location: `http://${INNER_HOST}:${sink.port}/secrets` }).end();
    });
    const attempt = await sender({ allow: [PUBLIC_HOST] }).send(message(sink.url()), NEVER);
    expect(attempt).toMatchObject({ status, failure: expect.stringContaining('redirects are not followed') });
    expect(sink.deliveries).toHaveLength(1);
    expect(canary.connections()).toBe(0);
  });

  test('not even to the receiver itself', async () => {
    const sink = await receiver((_request, response) => response.writeHead(307, { location: '/again' }).end());
    await sender({ allow: ['127.0.0.1'] }).send(message(sink.url('/first')), NEVER);
    expect(sink.deliveries.map(({ path }) => path)).toEqual(['/first']);
  });
});
