import { expect, it } from 'vitest';
import { MAX_ATTEMPTS, retryDelaySeconds } from '../../src/core/retry.ts';

it('a failed attempt waits before the next, four times as long each time', () => {
  const attempts = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => index + 1);
  expect(attempts.map(retryDelaySeconds)).toEqual([1, 4]);
});
