/** What one download link may be used for: at once, and in a minute. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LinkLimits } from '../../src/http/requests/link-limits.ts';
import { until } from '../support/app.ts';
import { JOBS, ORIGIN, REQUEST, type TestDoor, testDoor } from './door.ts';
import { succeedJob } from './ending.ts';

const REFUSED = expect.objectContaining({ code: 'rate_limited' });

describe('the limits of links', () => {
  test('let sixteen requests of a link be in progress, whatever others do', () => {
    const limits = new LinkLimits(() => new Date(0));
    const releases = Array.from({ length: 16 }, () => limits.enter('a'));
    expect(() => limits.enter('a')).toThrow(REFUSED);
    limits.enter('b')();
    releases[0]?.();
    limits.enter('a')();
  });

  test('let twenty a second begin on average, and say when the next may', () => {
    let now = 0;
    const limits = new LinkLimits(() => new Date(now));
    for (let count = 0; count < 1200; count++) limits.enter('a')();
    now = 45_000;
    expect(() => limits.enter('a')).toThrow(
      expect.objectContaining({
        code: 'rate_limited',
        retryAfterSeconds: 15,
        message: expect.stringContaining('1200 a minute'),
      }),
    );
    limits.enter('b')();
    now = 60_000;
    limits.enter('a')();
  });

  test('remember no more than so many links', () => {
    const limits = new LinkLimits(() => new Date(0));
    for (let count = 0; count < 1200; count++) limits.enter('a')();
    for (let link = 0; link < 20_000; link++) limits.enter(`other ${link}`)();
    // Forgotten with all the others: let in again.
    limits.enter('a')();
  });

  test('let all links together have a thousand in progress, and tell whoever comes then to wait', () => {
    const limits = new LinkLimits(() => new Date(0));
    for (let link = 0; link < 100; link++) for (let count = 0; count < 10; count++) limits.enter(String(link));
    expect(() => limits.enter('one more')).toThrow(
      expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 1 }),
    );
  });
});

describe('/files', () => {
  let door: TestDoor;
  let port: number;
  let path: string;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    door = await testDoor();
    const customer = await door.customer();
    const { job_id: id } = (await door.as(customer).create(REQUEST)).json();
    await succeedJob(door.deps, { accountId: customer.accountId, id }, randomBytes(32 * 1024 * 1024));
    const { location } = (await door.as(customer).get(`${JOBS}/${id}/results`)).headers;
    path = String(location).slice(ORIGIN.length);
    await door.app.listen({ host: '127.0.0.1', port: 0 });
    port = (door.app.server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await door[Symbol.asyncDispose]();
  });

  /** A client that begins a download and reads no more than the socket holds. */
  async function begin(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    expect(head.toString('latin1')).toMatch(/^HTTP\/1.1 200 /);
    return socket;
  }

  const range = () => fetch(`http://127.0.0.1:${port}${path}`, { headers: { range: 'bytes=0-9' } });

  test('gives a link sixteen transfers at a time, and a place back when one of them breaks off', async () => {
    const begun = await Promise.all(Array.from({ length: 16 }, begin));
    const refused = await range();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({
      message: expect.stringContaining('Too many downloads at once: at most 16'),
    });
    begun[0]?.destroy();
    await until(
      () => range().then(({ status }) => status),
      (status) => status === 206,
    );
    for (const socket of begun) socket.destroy();
  });

  test('holds no place for an altered link, for a look at a file, or for what ended', async () => {
    const url = `http://127.0.0.1:${port}${path}`;
    for (let count = 0; count < 40; count++) {
      expect((await fetch(`${url}0`)).status).toBe(403);
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
      const answer = await range();
      expect(answer.status).toBe(206);
      await answer.arrayBuffer();
    }
  });
});
