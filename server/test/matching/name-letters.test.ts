/** Parts of a name that are never corrected: its letters, its numbers, its initials. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endsInLetters, sameLetters } from '../../src/matching/decide/name-letters.ts';

describe('a name ends in its letters', () => {
  test.each([
    ['where the last word is one letter', 'LAKE A'],
    ['where it is the same letter twice', 'CALLE BB'],
    ['where it is a Roman number', 'MARTIN IV'],
    ['where that has four digits', 'MARTIN XVII'],
    ['behind several words', 'OLD MARTIN HILL VI'],
  ])('%s: %s', (_what, name) => {
    expect(endsInLetters(name)).toBe(true);
  });

  test.each([
    ['where the last word is a word', 'LAKE ELM'],
    ['where its two letters are not the same', 'LAKE AB'],
    ['where it has three of them', 'LAKE AAA'],
    ['where it has more than a number’s digits', 'MARTIN XXXVI'],
    ['where the letter stands before another word', 'LAKE A OAK'],
    ['where the letter is the whole name', 'A'],
    ['where a word only ends like a number', 'DAVI'],
    ['where it is a number', 'LAKE 5'],
  ])('but not %s: %s', (_what, name) => {
    expect(endsInLetters(name)).toBe(false);
  });
});

describe('two names may be one', () => {
  test.each([
    ['with the same letter behind', 'LAKE A', 'LAEK A'],
    ['with the same number', '12A ELM', '12A ELMS'],
    ['with the same initials', 'J F KENNEDY', 'J F KENEDY'],
    ['where one has no initial', 'J KENNEDY', 'KENNEDY'],
    ['whatever other words they have', 'ELM OAK', 'OAK'],
  ])('%s: %s and %s', (_what, typed, filed) => {
    expect([sameLetters(typed, filed), sameLetters(filed, typed)]).toEqual([true, true]);
  });

  test.each([
    ['with another letter behind', 'LAKE A', 'LAKE B'],
    ['where only one has a letter behind', 'LAKE A', 'LAKE'],
    ['with another Roman number', 'MARTIN IV', 'MARTIN VI'],
    ['where only one has a Roman number', 'MARTIN II', 'MARTIN'],
    ['with another letter of the number', '12A ELM', '12B ELM'],
    ['where only one has a number', '5 ELM', 'ELM'],
    ['with two numbers, which are not one', '1 2 ELM', '12 ELM'],
    ['with the numbers the other way round', '5 6 ELM', '6 5 ELM'],
    ['with another initial', 'J KENNEDY', 'R KENNEDY'],
    ['where one has an initial more than the other has', 'J F KENNEDY', 'J KENNEDY'],
  ])('but not %s: %s and %s', (_what, typed, filed) => {
    expect([sameLetters(typed, filed), sameLetters(filed, typed)]).toEqual([false, false]);
  });

  test('any name with itself, and neither with another number in front', () => {
    const word = fc.constantFrom('ELM', 'OAK', 'A', 'J', 'IV', 'BB', '5', '12A', 'LAKE');
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(name, name, fc.integer({ min: 100, max: 999 }), (one, other, number) => {
        expect(sameLetters(one, one)).toBe(true);
        expect(sameLetters(one, other)).toBe(sameLetters(other, one));
        expect(sameLetters(`${number} ${one}`, `${number + 1} ${one}`)).toBe(false);
      }),
    );
  });
});
