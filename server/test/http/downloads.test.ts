/** Downloads over a socket: memory that is used again while a client takes its time, and what stays behind when it leaves. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/app.ts';
import { JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

const CONTENT = randomBytes(24 * 1024 * 1024 + 17);

let door: TestDoor;
let port: number;
let path: string;
beforeAll(async () => {
  door = await testDoor();
  const customer = await door.customer();
  const { job_id: id } = (await door.as(customer).create(REQUEST)).json();
  await succeedJob(door.deps, { accountId: customer.accountId, id }, CONTENT);
  const { location } = (await door.as(customer).get(`${JOBS}/${id}/results`)).headers;
  path = String(location).slice(ORIGIN.length);
  await door.app.listen({ host: '127.0.0.1', port: 0 });
  port = (door.app.server.address() as AddressInfo).port;
});
afterAll(() => door[Symbol.asyncDispose]());

function begin(headers = ''): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`);
  return socket;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The body, read with a pause after each piece. */
async function body(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) {
    pieces.push(piece);
    await turn();
  }
  const answer = Buffer.concat(pieces);
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
}

async function openResults(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.includes('/results/')).length;
}

describe('a download', () => {
  test('has each byte in its place, however slowly and with however many others it is read', async () => {
    const range = [5_000_000, 20_000_000] as const;
    const [one, other, part] = await Promise.all([
      body(begin()),
      body(begin()),
      body(begin(`range: bytes=${range[0]}-${range[1]}\r\n`)),
    ]);
    const expected = sha256(CONTENT);
    expect([sha256(one), sha256(other)]).toEqual([expected, expected]);
    expect(sha256(part)).toBe(sha256(CONTENT.subarray(range[0], range[1] + 1)));
  });

  test('goes on over one connection after another', async () => {
    const url = `http://127.0.0.1:${port}${path}`;
    for (let round = 0; round < 3; round++) {
      const answer = await fetch(url);
      expect(sha256(new Uint8Array(await answer.arrayBuffer()))).toBe(sha256(CONTENT));
    }
  });

  test.runIf(process.platform === 'linux')('that breaks off or ends leaves no file open', async () => {
    await until(openResults, (count) => count === 0);
    const sockets = Array.from({ length: 4 }, () => begin());
    for (const socket of sockets) {
      await once(socket, 'data');
      socket.pause();
    }
    // The control: they are seen while they are open.
    expect(await openResults()).toBe(4);
    for (const socket of sockets) socket.destroy();
    await until(openResults, (count) => count === 0);
    await body(begin());
    await until(openResults, (count) => count === 0);
  });

  test('whose file fails in the middle is cut, not ended', async () => {
    const { lend } = door.deps.store;
    const failing = async (...how: Parameters<typeof lend>) => {
      const pieces = await lend(...how);
      let given = 0;
      return {
        next: async () => {
          if (given++ === 2) throw new Error('the disk is gone');
          return pieces.next();
        },
        close: () => pieces.close(),
      };
    };
    Object.assign(door.deps.store, { lend: failing });
    try {
      const socket = begin();
      const received = await body(socket);
      expect(received.length).toBeGreaterThan(0);
      expect(received.length).toBeLessThan(CONTENT.length);
      expect(door.log.filter(({ event }) => event === 'answer_failed')).toHaveLength(1);
    } finally {
      Object.assign(door.deps.store, { lend });
    }
  });
});
