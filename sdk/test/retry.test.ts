import { describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '../src/index.ts';
import { backoffMs, retryAfterSeconds, retryDelayMs, sleep } from '../src/transport/retry.ts';

function answer(status: number, retryAfter: number | null = null, quota: ApiError['quota'] = null): ApiError {
  const rest = { error: '', message: '', errors: [], requestId: null };
  return new ApiError({ status, retryAfterSeconds: retryAfter, quota, ...rest });
}

describe('retryDelayMs', () => {
  const read = { tries: 1, maxTries: 5, repeatable: true };
  const create = { ...read, repeatable: false };

  it.each([400, 401, 403, 404, 409, 410, 500])('takes %i as final', (status) => {
    expect(retryDelayMs(answer(status), read)).toBeNull();
  });

  it.each([429, 502, 503, 504])('tries again after %i', (status) => {
    expect(retryDelayMs(answer(status), read)).toBeGreaterThan(0);
  });

  it('tries again after a conflict that is said to pass', () => {
    expect(retryDelayMs(answer(409, 1), read)).toBe(1_000);
    expect(retryDelayMs(answer(409, 1), create)).toBeNull();
  });

  it('waits exactly as long as the server asks', () => {
    expect(retryDelayMs(answer(429, 7), read)).toBe(7_000);
    expect(retryDelayMs(answer(503, 0), create)).toBe(0);
  });

  it('leaves a wait of minutes to the caller', () => {
    expect(retryDelayMs(answer(429, 3_600), read)).toBeNull();
  });

  it('repeats what creates only when it was certainly not taken', () => {
    expect(retryDelayMs(answer(503), create)).not.toBeNull();
    expect(retryDelayMs(answer(504), create)).toBeNull();
    expect(retryDelayMs(new NetworkError('', { sent: true }), create)).toBeNull();
    expect(retryDelayMs(new NetworkError('', { sent: false }), create)).not.toBeNull();
  });

  it('ends with the last try, at a quota, and at faults of our own', () => {
    expect(retryDelayMs(answer(503), { ...read, tries: 5 })).toBeNull();
    expect(retryDelayMs(answer(429, 1, { limit: 1, usage: 1 }), read)).toBeNull();
    expect(retryDelayMs(new TypeError('bug'), read)).toBeNull();
  });
});

describe('backoffMs', () => {
  it('doubles up to eight seconds, jittered by half', () => {
    expect([1, 2, 3, 10].map((tries) => backoffMs(tries, () => 1))).toEqual([250, 500, 1_000, 8_000]);
    expect(backoffMs(3, () => 0)).toBe(500);
  });
});

describe('retryAfterSeconds', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['12', 12],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('reads %s', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
  });
});

describe('sleep', () => {
  it('ends at once when its signal is or gets aborted', async () => {
    const reason = new Error('stop');
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const sleeping = sleep(60_000, stop.signal);
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});
