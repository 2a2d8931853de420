import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withinTime } from '../../src/core/turns/time-limit.ts';

const LIMIT = { ms: 1, tooLong: 'It took too long; try again' };

/** Fails with an error of its own when it is stopped, as an engine may. */
function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // Keeps the process alive: the timer of the signal does not.
    const alive = setInterval(() => undefined, 1_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      reject(new Error('the statement was interrupted'));
    });
  });
}

it('what takes longer than it may is stopped, and is to be tried again', async () => {
  await expect(withinTime(LIMIT, untilStopped)).rejects.toMatchObject({
    code: 'unavailable',
    message: LIMIT.tooLong,
    retryAfterSeconds: 5,
    cause: { message: 'the statement was interrupted' },
  });
});

it('what fails in time fails with its own error', async () => {
  const error = new Error('no such file');
  await expect(withinTime({ ...LIMIT, ms: 60_000 }, () => Promise.reject(error))).rejects.toBe(error);
});

it('what ends in time is answered', async () => {
  expect(await withinTime({ ...LIMIT, ms: 60_000 }, async () => 7)).toBe(7);
});

/** Whoever set one of his own would answer it in his own way, or with 500. */
it('becomes an answer in one place: the engine’s, and nobody else sets a limit to what a customer waits for', async () => {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const limiting: string[] = [];
  for (const entry of await readdir(root, { recursive: true })) {
    if (!entry.endsWith('.ts')) continue;
    const text = await readFile(join(root, entry), 'utf8');
    if (/\bwithinTime\(|AbortSignal\.timeout\(/.test(text)) limiting.push(entry);
  }
  // The last write of a run is no answer to anyone, nor is the end of a query that nobody reads any more.
  const others = ['clickhouse/session.ts', 'jobs/run/run.ts'];
  expect(limiting.sort()).toEqual(['core/turns/time-limit.ts', 'duckdb/parent/engine.ts', ...others].sort());
});
