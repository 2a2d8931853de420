/** Headers that a request may have once, as a client sends them over a socket: frameworks show only what is left of two. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Customer, JOBS, type TestDoor, testDoor } from './door.ts';

let door: TestDoor;
let port: number;
let customer: Customer;
beforeAll(async () => {
  door = await testDoor();
  customer = await door.customer();
  port = Number(new URL(await door.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => door[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** @param headers names and values in turn, as they go over the wire. */
function send(method: string, path: string, headers: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, headers: ['Host', '127.0.0.1', ...headers] },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

const DOORS = [
  ['apartmentiq', 'GET', JOBS],
  ['reonomy', 'GET', '/v2/jobs'],
  ['the token endpoint', 'POST', '/oauth/token'],
] as const;

describe.each(DOORS)('%s', (_, method, path) => {
  it.each(['Authorization', 'authorization', 'Content-Type', 'Idempotency-Key'])(
    'refuses two headers %s',
    async (name) => {
      const first = /authorization/i.test(name) ? customer.authorization : 'application/json';
      for (const second of [first, 'Basic YTpi']) {
        const { status, body } = await send(method, path, [
          'User-Agent',
          'test',
          'Content-Length',
          '0',
          name,
          first,
          name.toUpperCase(),
          second,
        ]);
        expect([status, body]).toEqual([400, expect.stringContaining('more than once; send it once')]);
      }
    },
  );
});

it('takes one of each', async () => {
  const { status } = await send('GET', JOBS, [
    'Authorization',
    customer.authorization,
    'Content-Type',
    'application/json',
    'Idempotency-Key',
    'x',
  ]);
  expect(status).toBe(200);
});
