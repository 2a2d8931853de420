import { expect, onTestFinished, test } from 'vitest';
import { createDnsLookup, systemLookup } from '../../src/webhooks/resolve.ts';
import { type Answer, startNameServer } from '../security/egress-name-server.ts';
import { NEVER } from './receiver.ts';

async function lookupAgainst(answer: Answer) {
  const server = await startNameServer(answer);
  onTestFinished(() => server.close());
  return { lookup: createDnsLookup({ servers: [server.address] }) };
}

test('all addresses of both families come, IPv4 first', async () => {
  const { lookup } = await lookupAgainst(({ type }) =>
    type === 'A' ? ['192.0.2.1', '192.0.2.2'] : ['2001:db8::1', '2001:db8:1:2:3:4:5:6'],
  );
  const addresses = await lookup('hooks.example.com', NEVER);
  expect(addresses.slice(0, 2).toSorted()).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(addresses.slice(2).toSorted()).toEqual(['2001:db8:1:2:3:4:5:6', '2001:db8::1']);
});

test('a name with one family has no lack', async () => {
  const { lookup } = await lookupAgainst(({ type }) => (type === 'A' ? [] : ['2001:db8::1']));
  expect(await lookup('hooks.example.com', NEVER)).toEqual(['2001:db8::1']);
});

test('an unknown name has no address', async () => {
  const { lookup } = await lookupAgainst(() => null);
  expect(await lookup('hooks.example.com', NEVER)).toEqual([]);
});

test('a server that cannot say is an error, not an answer', async () => {
  const server = await startNameServer(() => []);
  await server.close();
  await expect(createDnsLookup({ servers: [server.address] })('hooks.example.com', NEVER)).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

test('nothing is remembered: each look-up asks anew', async () => {
  let asked = 0;
  const { lookup } = await lookupAgainst(({ type }) => (type === 'A' ? [`192.0.2.${++asked}`] : []));
  expect([await lookup('a.example.com', NEVER), await lookup('a.example.com', NEVER)]).toEqual([
    ['192.0.2.1'],
    ['192.0.2.2'],
  ]);
});

test('an abort ends a look-up that nobody answers, and asks no second time', async () => {
  const stop = new AbortController();
  const server = await startNameServer(() => {
    stop.abort(new Error('stopped'));
    return 'silence';
  });
  onTestFinished(() => server.close());
  const lookup = createDnsLookup({ servers: [server.address] });
  await expect(lookup('hooks.example.com', stop.signal)).rejects.toThrow('stopped');
  const types = server.questions.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
});

test('the system knows its hosts file', async () => {
  expect(await systemLookup('localhost', NEVER)).toContain('127.0.0.1');
});
