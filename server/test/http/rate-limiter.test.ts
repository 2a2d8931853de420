/** What processes that share a limit let through: never less than the limit, whoever dies, and hardly more. */
import type { FastifyReply } from 'fastify';
import { describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import type { RateTerms, Uncounted } from '../../src/core/ports/database/rate-limits.ts';
import { RateLimiter } from '../../src/http/server/rate-limit.ts';

const LIMIT = 12_000;
const CREDENTIAL = 'credential';
/** As the code says it: a two-hundredth of the limit. */
const MOST_UNCOUNTED = LIMIT / 200;

/** One window, counted as the database's adapter does; `now` moves by hand. */
function world(limit = LIMIT) {
  let taken = 0;
  let now = 1_000_000;
  const endsAt = now + 60_000;
  const asked: number[] = [];
  let away = false;
  const count = async (_id: string, terms: RateTerms, waiting: number, before: Uncounted | null) => {
    if (away) throw new DatabaseAway(new Error('read ECONNRESET'));
    asked.push(waiting);
    taken += before?.requests ?? 0;
    const granted = Math.max(0, Math.min(waiting, terms.limit - taken));
    taken += granted;
    return { granted, remaining: Math.max(0, terms.limit - taken), window: 1, windowEndsInMs: endsAt - now };
  };
  // The literals implement what a limiter uses of its ports; the compiler wants whole ports.
  const deps = { db: { rateLimits: { count } }, clock: () => new Date(now) };
  const start = () =>
    new RateLimiter(deps as unknown as ConstructorParameters<typeof RateLimiter>[0], {
      door: 'apartmentiq',
      limit,
      windowSeconds: 60,
      windowName: 'minute',
    });
  return {
    start,
    asked,
    pass: (ms: number) => {
      now += ms;
    },
    taken: () => taken,
    become: (what: 'there' | 'away') => {
      away = what === 'away';
    },
  };
}

const reply = { headers: () => undefined } as unknown as FastifyReply;

function passes(limiter: RateLimiter): Promise<boolean> {
  return limiter.admit(CREDENTIAL, reply).then(
    () => true,
    (error: unknown) => {
      if (isConveyanceError(error, 'rate_limited')) return false;
      throw error;
    },
  );
}

async function countPasses(limiter: RateLimiter, requests: number): Promise<number> {
  let passed = 0;
  for (let turn = 0; turn < requests; turn++) passed += Number(await passes(limiter));
  return passed;
}

describe('a limit', () => {
  test('is let through whole by one process, and not one request more', async () => {
    const { start, asked } = world();
    expect(await countPasses(start(), LIMIT + 100)).toBe(LIMIT);
    // It grows with use: to count each by itself would be twelve thousand questions.
    expect(asked.length).toBeLessThan(LIMIT / 10);
  });

  test('is let through whole, however often its processes are killed', async () => {
    const { start } = world();
    let passed = 0;
    // Each dies in the middle of what it may let through by itself.
    for (let restart = 0; restart < 200; restart++) passed += await countPasses(start(), 59);
    expect(passed).toBe(200 * 59);
  });

  test('refuses nobody after ten restarts in a minute, nor after a thousand', async () => {
    const { start } = world(1000);
    for (let restart = 0; restart < 1000; restart++) expect(await passes(start())).toBe(true);
    expect(await passes(start())).toBe(false);
  });

  test('is passed by no more than each process may let through by itself, if all of them stand by until it is used up', async () => {
    const { start } = world();
    const idle = Array.from({ length: 19 }, start);
    let passed = 0;
    for (const limiter of idle) passed += await countPasses(limiter, 30);
    const busy = start();
    passed += await countPasses(busy, LIMIT);
    for (const limiter of idle) passed += await countPasses(limiter, 100);
    expect(passed).toBeGreaterThanOrEqual(LIMIT);
    expect(passed).toBeLessThanOrEqual(LIMIT + idle.length * MOST_UNCOUNTED);
  });

  test('is passed by nothing once what they may let through is out of date', async () => {
    const { start, pass, taken } = world();
    const idle = Array.from({ length: 19 }, start);
    for (const limiter of idle) await countPasses(limiter, 30);
    const busy = start();
    await countPasses(busy, LIMIT);
    expect(taken()).toBe(LIMIT);
    pass(500);
    let late = 0;
    for (const limiter of idle) late += await countPasses(limiter, 100);
    expect(late).toBe(0);
  });

  test('is counted exactly when it is small', async () => {
    const { start } = world(20);
    const [one, other] = [start(), start()];
    let passed = 0;
    for (let turn = 0; turn < 20; turn++) passed += (await countPasses(one, 1)) + (await countPasses(other, 1));
    expect(passed).toBe(20);
  });

  test('is asked for once by all who come together', async () => {
    const { start, asked } = world();
    const limiter = start();
    const answers = await Promise.all(Array.from({ length: 50 }, () => passes(limiter)));
    expect(answers).toEqual(Array(50).fill(true));
    expect(asked).toEqual([50]);
  });
});

test('what could not be counted, as the database was away, is counted the next time', async () => {
  const { start, become, pass, taken } = world();
  const limiter = start();
  // One is counted before it passes, and one after.
  expect(await countPasses(limiter, 3)).toBe(3);
  expect(taken()).toBe(2);
  become('away');
  pass(500);
  await expect(limiter.admit(CREDENTIAL, reply)).rejects.toThrow(DatabaseAway);
  become('there');
  expect(await countPasses(limiter, 1)).toBe(1);
  expect(taken()).toBe(4);
});
