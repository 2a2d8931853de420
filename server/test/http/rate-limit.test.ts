/** How often a credential may come. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createHttp } from '../../src/http/app.ts';
import { createClientFiles } from '../../src/packaging/client-files.ts';
import { type Customer, JOBS, ORIGIN, REQUEST, type TestDoor, TOKEN_KEY, testDoor } from './door.ts';

const LIMIT = 20;
let door: TestDoor;

beforeAll(async () => {
  door = await testDoor({ rateLimitPerMinute: LIMIT });
});
afterAll(() => door[Symbol.asyncDispose]());

function list(customer: Customer): Promise<LightMyRequestResponse> {
  return door.as(customer).get(JOBS);
}

function standing({ headers }: LightMyRequestResponse) {
  return {
    limit: Number(headers['x-ratelimit-limit']),
    remaining: Number(headers['x-ratelimit-remaining']),
    reset: Number(headers['x-ratelimit-reset']),
    resetAfter: Number(headers['x-ratelimit-reset-after']),
  };
}

/** Runs the work with a fresh customer within one window; where a minute ended meanwhile, once more with another. */
async function inOneWindow<Result>(work: (customer: Customer) => Promise<Result>): Promise<Result> {
  for (;;) {
    const customer = await door.customer();
    const probe = await door.customer();
    const before = standing(await list(probe)).reset;
    const result = await work(customer);
    if (standing(await list(probe)).reset === before) return result;
  }
}

async function inTurn(count: number, ask: () => Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse[]> {
  const answers: LightMyRequestResponse[] = [];
  for (let turn = 0; turn < count; turn++) answers.push(await ask());
  return answers;
}

describe('a credential', () => {
  test('is told where it stands, and is refused once the minute is used up', async () => {
    const answers = await inOneWindow((customer) => inTurn(LIMIT + 2, () => list(customer)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([...Array(LIMIT).fill(200), 429, 429]);
    const remaining = answers.map((answer) => standing(answer).remaining);
    expect(remaining).toEqual([...Array.from({ length: LIMIT }, (_, index) => LIMIT - 1 - index), 0, 0]);
    for (const answer of answers) {
      const { limit, reset, resetAfter } = standing(answer);
      expect(limit).toBe(LIMIT);
      expect(resetAfter).toBeGreaterThan(0);
      expect(resetAfter).toBeLessThanOrEqual(60);
      expect(Math.abs(reset - resetAfter - Date.now() / 1000)).toBeLessThan(30);
    }
    const refused = answers.at(-1);
    expect(refused?.json()).toEqual({
      error: 'Too Many Requests',
      message: `This credential may send ${LIMIT} requests a minute; wait and go on`,
    });
    expect(refused?.headers['retry-after']).toBe(String(standing(refused as LightMyRequestResponse).resetAfter));
  });

  test('may send no more when it sends all at once', async () => {
    const answers = await inOneWindow((customer) =>
      Promise.all(Array.from({ length: LIMIT * 3 }, () => list(customer))),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(LIMIT);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(LIMIT * 2);
  });

  test('may send no more when it divides its requests among processes', async () => {
    const others = [1, 2].map(() =>
      createHttp({
        deps: door.deps,
        settings: {
          publicUrl: ORIGIN,
          tokenKeys: oneKey(TOKEN_KEY),
          rateLimitPerMinute: LIMIT,
          reonomyRateLimitPerSecond: 0,
        },
        version: '0.0.0',
        readiness: async () => ({ ready: true, checks: {} }),
        clientFiles: createClientFiles(),
        consoleFiles: { all: async () => new Map() },
      }),
    );
    const answers = await inOneWindow(({ authorization }) =>
      Promise.all(
        Array.from({ length: LIMIT * 3 }, (_, index) =>
          [door.app, ...others][index % 3]?.inject({ url: JOBS, headers: { authorization } }),
        ),
      ),
    );
    expect(answers.filter((answer) => answer?.statusCode === 200)).toHaveLength(LIMIT);
    for (const other of others) await other.close();
  });

  test('is refused before its body is read, and makes nothing', async () => {
    const [refused, jobs] = await inOneWindow(async (customer) => {
      await inTurn(LIMIT, () => list(customer));
      const answer = await door.as(customer).create(REQUEST);
      return [answer, await door.deps.db.jobs.list(customer.accountId, { page: 1, perPage: 1 })] as const;
    });
    expect(refused.statusCode).toBe(429);
    expect(jobs.totalCount).toBe(0);
  });

  test('uses up nothing of another one’s', async () => {
    const answer = await inOneWindow(async (customer) => {
      await inTurn(LIMIT + 1, () => list(customer));
      return list(await door.customer());
    });
    expect([answer.statusCode, standing(answer).remaining]).toEqual([200, LIMIT - 1]);
  });
});

test('what asks for no credential is not counted', async () => {
  for (const url of ['/livez', '/openapi.json', '/']) {
    const answer = await door.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).not.toHaveProperty('x-ratelimit-limit');
  }
  const unknown = await door.app.inject({ url: JOBS, headers: { authorization: 'Bearer nobody' } });
  expect(unknown.statusCode).toBe(401);
  expect(unknown.headers).not.toHaveProperty('x-ratelimit-limit');
});

test('a lease whose time is over is not used again', async () => {
  let now = new Date();
  await using later = await testDoor({ deps: { clock: () => now }, rateLimitPerMinute: 1 });
  const customer = await later.customer();
  const first = await later.as(customer).get(JOBS);
  expect(first.statusCode).toBe(200);
  // Only this process's lease is over; the database knows whether its minute is.
  now = new Date(now.getTime() + 61_000);
  const second = await later.as(customer).get(JOBS);
  expect(standing(second).reset).toBeGreaterThan(standing(first).reset);
});

test('without a limit there are no headers', async () => {
  await using open = await testDoor();
  const answer = await open.as(await open.customer()).get(JOBS);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).not.toHaveProperty('x-ratelimit-limit');
});
