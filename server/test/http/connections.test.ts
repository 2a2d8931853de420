/** How many connections a server takes, and how many of one address. */
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionCaps } from '../../src/http/requests/connections.ts';
import { type DoorOptions, type TestDoor, testDoor } from './door.ts';

const doors: TestDoor[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const door of doors.splice(0)) await door[Symbol.asyncDispose]();
});

async function listening(
  caps: { readonly connections: number; readonly ofAddress: number },
  prepare?: DoorOptions['prepare'],
) {
  const door = await testDoor({ limits: { caps }, ...(prepare && { prepare }) });
  doors.push(door);
  return Number(new URL(await door.app.listen({ host: '127.0.0.1', port: 0 })).port);
}

/** A connection, with what the server says on it. */
function opened(port: number) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  let heard = '';
  const closed = new Promise<string>((resolve) => {
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
    });
    socket.once('close', () => resolve(heard));
  });
  async function ask(): Promise<string> {
    const before = heard.length;
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => heard.slice(before)).toContain('}');
    return heard.slice(before);
  }
  return { socket, closed, ask };
}

/** As if each connection came from another address, which loopback alone cannot show. */
function fromElsewhere(addressOf: () => string): DoorOptions['prepare'] {
  return ({ server }) => {
    server.prependListener('connection', (socket: Socket) => {
      const address = addressOf();
      Object.defineProperty(socket, 'remoteAddress', { get: () => address });
    });
  };
}

describe('connections', () => {
  test('beyond what the server takes are told so, also those kept alive that say nothing', async () => {
    const port = await listening({ connections: 3, ofAddress: 1 });
    const held = [opened(port), opened(port), opened(port)];
    for (const { ask } of held) expect(await ask()).toContain('200 OK');
    // Those that say nothing between two requests give way.
    const next = opened(port);
    await Promise.all(held.map(({ closed }) => closed));
    expect(await next.closed).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 5/s);
    expect(await opened(port).ask()).toContain('200 OK');
  });

  test('of one address have a share; others beside it are served', async () => {
    let address = '192.0.2.1';
    const port = await listening(
      { connections: 10, ofAddress: 2 },
      fromElsewhere(() => address),
    );
    const held = [opened(port), opened(port)];
    for (const { ask } of held) await ask();
    expect(await opened(port).closed).toMatch(/^HTTP\/1\.1 429 .*Retry-After: 5/s);
    address = '192.0.2.2';
    expect(await opened(port).ask()).toContain('200 OK');
    address = '192.0.2.1';
    held[0]?.socket.destroy();
    await expect.poll(() => opened(port).ask()).toContain('200 OK');
  });

  test('of an IPv6 network count as of one address', async () => {
    let host = 0;
    const port = await listening(
      { connections: 10, ofAddress: 2 },
      fromElsewhere(() => `2001:db8::${++host}`),
    );
    for (const { ask } of [opened(port), opened(port)]) await ask();
    expect(await opened(port).closed).toMatch(/^HTTP\/1\.1 429 /);
  });

  test('are so many that event streams never take all of them', () => {
    expect(connectionCaps(1000)).toEqual({ connections: 4000, ofAddress: 2000 });
  });
});
