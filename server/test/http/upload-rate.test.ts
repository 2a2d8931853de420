import { describe, expect, test } from 'vitest';
import { UploadPace } from '../../src/http/server/upload-rate.ts';

const TERMS = { graceMs: 10_000, bytesPerSecond: 1_000 };

/** In which second a client is found too slow that sends so many bytes in each; null if in none. */
function foundSlow(bytes: (second: number) => number, seconds = 120): number | null {
  const pace = new UploadPace(TERMS, 500);
  let received = 500;
  for (let second = 1; second <= seconds; second++) {
    received += bytes(second);
    if (!pace.isFair(1_000, received)) return second;
  }
  return null;
}

describe('the pace of an upload', () => {
  test('is fair at the least rate, however it comes within a span', () => {
    expect(foundSlow(() => 1_000)).toBeNull();
    expect(foundSlow((second) => (second % 10 === 1 ? 10_000 : 0))).toBeNull();
  });

  test('is not judged before a whole span is over', () => {
    expect(foundSlow(() => 0)).toBe(10);
    expect(foundSlow(() => 999)).toBe(10);
  });

  test('is that of the last span: what was sent before counts for nothing', () => {
    expect(foundSlow((second) => (second <= 30 ? 1_000_000 : 0))).toBe(40);
    expect(foundSlow((second) => (second <= 30 ? 1_000_000 : 900))).toBe(40);
  });

  test('is not that of the time in which the server did not look', () => {
    const pace = new UploadPace(TERMS, 0);
    for (let second = 1; second <= 9; second++) expect(pace.isFair(1_000, 0)).toBe(true);
    expect(pace.isFair(0, 0)).toBe(true);
    expect(pace.isFair(1_000, 0)).toBe(false);
  });
});
