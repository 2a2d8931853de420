/** Looking about in a line reads the line and nothing else, and whoever goes on and back stands where they stood. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Words } from '../../src/matching/words.ts';

const line = fc.array(fc.stringMatching(/^[A-Z]{1,3}$/), { maxLength: 8 });

test('every place shows the word that stands there, and none outside the line', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: -3, max: 12 }), fc.nat(12), (words, by, index) => {
      const at = new Words(words, index);
      expect(at.peek(by)).toBe(words[index + by] ?? '');
      expect(at.skip(2).back(2)).toEqual(at);
    }),
  );
});

test('what may be taken ends at the limit, what may be looked at does not', () => {
  fc.assert(
    fc.property(line, fc.nat(8), fc.nat(8), (words, index, limit) => {
      const at = new Words(words, index, limit);
      const taken: string[] = [];
      for (let next = at; !next.isOver; next = next.skip(1)) taken.push(next.word);
      expect(taken.filter(Boolean)).toEqual(at.rest);
      expect(at.has(taken.length) || index > limit).toBe(true);
      expect(at.has(taken.length + 1)).toBe(false);
      expect(at.end.word).toBe(words[limit] ?? '');
      expect(at.end.isOver).toBe(true);
      expect(new Words(words, index).until(at.end).rest).toEqual(at.rest);
    }),
  );
});

test('the words before a place, and those before the limit, are read backwards in the same way', () => {
  fc.assert(
    fc.property(line, fc.nat(8), fc.nat(8), (words, index, count) => {
      const at = new Words(words, 0, Math.min(index, words.length));
      expect(at.end.before(count)).toEqual(at.rest.slice(Math.max(at.limit - count, 0)));
      expect(at.last).toBe(at.rest.at(-1) ?? '');
      if (at.has(count)) expect(at.withoutLast(count).rest).toEqual(at.rest.slice(0, at.limit - count));
    }),
  );
});
