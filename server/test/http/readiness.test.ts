/** Anyone may ask whether the server is ready: it costs the database next to nothing. */
import { describe, expect, it, vi } from 'vitest';
import { rememberReadiness } from '../../src/http/service/readiness.ts';

const READY = { ready: true, checks: { database: true } };

describe('readiness', () => {
  it('is looked at once for all who ask within a second, and again after it', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      let looks = 0;
      const readiness = rememberReadiness(async () => ({ ...READY, ready: ++looks === 1 }));
      const asked = await Promise.all(Array.from({ length: 100 }, () => readiness()));
      expect(asked.every(({ ready }) => ready)).toBe(true);
      expect(looks).toBe(1);
      vi.advanceTimersByTime(1_000);
      expect(await readiness()).toMatchObject({ ready: false });
      expect(looks).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is looked at again when the look failed', async () => {
    const looks = [() => Promise.reject(new Error('no')), async () => READY];
    const readiness = rememberReadiness(() => looks.shift()?.() ?? Promise.reject(new Error('too often')));
    await expect(readiness()).rejects.toThrow('no');
    expect(await readiness()).toBe(READY);
  });
});
