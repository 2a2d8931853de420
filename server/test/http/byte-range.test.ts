import { describe, expect, test } from 'vitest';
import { matchesEtag, parseByteRange, rangeStillValid } from '../../src/http/service/byte-range.ts';

const BYTES = 100;

describe('parseByteRange', () => {
  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=-1', { start: 99, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['BYTES=5-6', { start: 5, end: 6 }],
    [' bytes=5-6 ', { start: 5, end: 6 }],
  ])('%s is one range', (header, range) => {
    expect(parseByteRange(header, BYTES)).toEqual(range);
  });

  test.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5-4',
    'bytes=0-1,5-6',
    'bytes=0x10-20',
    'items=0-5',
    'kilobytes=0-5',
    'bytes=1-2-3',
  ])('%s is answered with the whole file', (header) => {
    expect(parseByteRange(header, BYTES)).toBe('whole');
  });

  test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s is behind the end',
    (header) => {
      expect(parseByteRange(header, BYTES)).toBe('unsatisfiable');
    },
  );

  test.each(['bytes=0-', 'bytes=-5', 'bytes=0-0'])('an empty file has no range %s', (header) => {
    expect(parseByteRange(header, 0)).toBe('unsatisfiable');
  });
});

describe('validators', () => {
  const etag = '"abc"';
  const date = 'Sun, 22 Nov 2026 02:28:55 GMT';

  test.each([
    [undefined, true],
    [etag, true],
    [date, true],
    ['"other"', false],
    ['W/"abc"', false],
    ['Sun, 22 Nov 2026 02:28:56 GMT', false],
  ])('If-Range %s keeps the range: %s', (ifRange, kept) => {
    expect(rangeStillValid(ifRange, etag, date)).toBe(kept);
  });

  test.each([
    [undefined, false],
    [etag, true],
    ['W/"abc"', true],
    ['"other", "abc"', true],
    ['*', true],
    ['"other", *', true],
    ['"other"', false],
    // Within a tag it is a part of the name.
    ['"aW/bc"', false],
  ])('If-None-Match %s matches: %s', (ifNoneMatch, matches) => {
    expect(matchesEtag(ifNoneMatch, etag)).toBe(matches);
  });
});
