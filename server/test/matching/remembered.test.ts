/** What was made is made once for as long as there is room. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Remembered } from '../../src/matching/read/remembered.ts';

/** How often each key was made, of these asked for in turn. */
function made(keys: readonly string[], most: number, longestKey: number): readonly string[] {
  const remembered = new Remembered<string>(most, longestKey);
  const log: string[] = [];
  for (const key of keys) {
    const value = remembered.get(key, () => {
      log.push(key);
      return `made of ${key}`;
    });
    expect(value).toBe(`made of ${key}`);
  }
  return log;
}

test('a key is made once, and each by itself', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 8 }), { maxLength: 20 }), (keys) => {
      expect(made(keys, 20, 8)).toEqual([...new Set(keys)]);
    }),
  );
});

test('one more than there is room for takes the room of all', () => {
  expect(made(['a', 'b', 'a', 'b'], 2, 1)).toEqual(['a', 'b']);
  expect(made(['a', 'b', 'c', 'c', 'b', 'c', 'a', 'a'], 2, 1)).toEqual(['a', 'b', 'c', 'b', 'a']);
});

test('a key that is too long is made each time, and takes no room', () => {
  expect(made(['abc', 'abc'], 2, 3)).toEqual(['abc']);
  expect(made(['a', 'b', 'abcd', 'abcd', 'a', 'b'], 2, 3)).toEqual(['a', 'b', 'abcd', 'abcd']);
});
