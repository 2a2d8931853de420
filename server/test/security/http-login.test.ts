/** Whoever offers wrong secrets over HTTP is told to wait; whoever has the right one never is. */
import { randomBytes } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Customer, type TestDoor, testDoor } from '../http/door.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { basic } from './access-credentials.ts';

/** Wrong secrets for one key from one address that are answered as such. */
const FREE = 60;
const HERE = '192.0.2.1';

let now = new Date('2026-03-01T12:00:00Z');
let database: TestDatabase;
let door: TestDoor;
let customer: Customer;
let lookUps = 0;

/** Counts what log-ins look up. */
function counting({ credentials }: TestDatabase['db']): TestDatabase['db']['credentials'] {
  return new Proxy(credentials, {
    get(store, method) {
      if (method === 'byAccessKey') lookUps += 1;
      return Reflect.get(store, method).bind(store);
    },
  });
}

beforeAll(async () => {
  database = await testDatabase();
  const db = { ...database.db, credentials: counting(database.db) };
  door = await testDoor({ deps: { db, clock: () => now } });
});
afterAll(async () => {
  await door[Symbol.asyncDispose]();
  await database.close();
});
beforeEach(async () => {
  customer = await door.customer();
});

interface Offer {
  readonly accessKey: string;
  readonly secret: string;
  readonly address?: string;
}

function askForToken({ accessKey, secret, address = HERE }: Offer) {
  const payload = { grant_type: 'client_credentials', client_id: accessKey, client_secret: secret };
  return door.app.inject({ method: 'POST', url: '/oauth/token', payload, remoteAddress: address });
}

function listFileJobs({ accessKey, secret, address = HERE }: Offer) {
  const headers = { authorization: basic(accessKey, secret), 'user-agent': 'a test' };
  return door.app.inject({ url: '/v2/jobs/file', headers, remoteAddress: address });
}

const DOORS: readonly [string, (offer: Offer) => Promise<LightMyRequestResponse>, string][] = [
  ['the token endpoint', askForToken, 'Too Many Requests'],
  ['the Reonomy dialect', listFileJobs, 'RateLimitExceeded'],
];

describe.each(DOORS)('at %s', (_name, offer, error) => {
  async function guess(times: number, accessKey: string, address?: string) {
    const answers = [];
    for (let time = 0; time < times; time++) {
      answers.push(await offer({ accessKey, secret: `guess ${time}`, ...(address && { address }) }));
    }
    return answers;
  }

  test('wrong secrets are answered 401 for a while, then 429 with the time to wait, which grows', async () => {
    const answers = await guess(FREE + 3, customer.accessKey);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([...Array(FREE).fill(401), 429, 429, 429]);
    const [refused] = answers.slice(-1);
    expect(refused?.headers['retry-after']).toBe('1');
    expect(refused?.json()).toEqual({ error, message: expect.stringContaining('tried too often') });
    now = new Date(now.getTime() + 1000);
    expect((await guess(2, customer.accessKey)).map(({ statusCode }) => statusCode)).toEqual([401, 429]);
    const [later] = await guess(1, customer.accessKey);
    expect(later?.headers['retry-after']).toBe('2');
  });

  test('the right secret is let in meanwhile, from the very address of the guesser', async () => {
    await guess(FREE + 1, customer.accessKey);
    expect((await offer(customer)).statusCode).toBe(200);
    // And the guesser has gained nothing by it.
    expect((await guess(1, customer.accessKey))[0]?.statusCode).toBe(429);
  });

  test.each(['known', 'unknown', 'revoked'])(
    'a wrong secret that must wait costs no look-up in the database: of a key that is %s',
    async (kind) => {
      const accessKey = kind === 'unknown' ? `cvk_${randomBytes(16).toString('hex')}` : customer.accessKey;
      if (kind === 'revoked') {
        const stored = await door.deps.db.credentials.byAccessKey(accessKey);
        await door.deps.db.credentials.revoke(stored?.id ?? '');
      }
      await guess(FREE, accessKey);
      lookUps = 0;
      const answers = await guess(20, accessKey);
      if (kind === 'revoked') answers.push(await offer(customer));
      expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([429]));
      expect(lookUps).toBe(0);
      // And one that need not wait is looked up.
      await offer(await door.customer());
      expect(lookUps).toBe(1);
    },
  );

  test('another key of the address, and the key at another address, are answered as ever', async () => {
    await guess(FREE + 1, customer.accessKey);
    const other = await door.customer();
    expect((await guess(1, other.accessKey))[0]?.statusCode).toBe(401);
    expect((await guess(1, customer.accessKey, '192.0.2.2'))[0]?.statusCode).toBe(401);
  });

  test('a key that does not exist is answered alike', async () => {
    const unknown = await guess(FREE + 1, `cvk_${randomBytes(16).toString('hex')}`);
    const known = await guess(FREE + 1, customer.accessKey);
    expect(unknown.map(({ statusCode, body }) => [statusCode, body])).toEqual(
      known.map(({ statusCode, body }) => [statusCode, body]),
    );
  });
});

test('what failed at one door counts at the other', async () => {
  for (let time = 0; time < FREE; time++) await askForToken({ accessKey: customer.accessKey, secret: 'wrong' });
  expect((await listFileJobs({ accessKey: customer.accessKey, secret: 'wrong' })).statusCode).toBe(429);
});
