/** How much a match looks up at a time. */
import { expect, test } from 'vitest';
import { type CandidateSource, matchAddresses } from '../../src/matching/decide/match.ts';
import { row, TOWN, verdictOf } from './town.ts';

test('rows of wide ranges are looked up a few thousand at a time, and answered alike', async () => {
  const asked: number[] = [];
  const counting: CandidateSource = {
    ...TOWN,
    rows(keys) {
      asked.push(keys.length);
      return TOWN.rows(keys);
    },
  };
  // 60 houses each, on streets of their own: 120 keys in the first round, and more in the second.
  const rows = Array.from({ length: 4500 }, (_, index) =>
    row(`${2 * index + 1001}-${2 * index + 1119} Nowhere${index} St`),
  );
  const known = [row('120 Wellington St'), row('120 Wellingtn St')];
  const verdicts = await matchAddresses([...rows, ...known], counting);
  expect(Math.max(...asked)).toBeLessThan(520_000);
  // Control: it takes that many keys.
  expect(asked.reduce((sum, keys) => sum + keys)).toBeGreaterThan(1_000_000);
  expect(verdicts.slice(0, -2).every(({ reason }) => reason === 'MISSING')).toBe(true);
  expect(verdicts.slice(-2)).toEqual(await Promise.all(known.map((query) => verdictOf(query))));
});
