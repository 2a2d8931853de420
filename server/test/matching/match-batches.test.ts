/** What a match looks up, how much at a time, and what it makes of the answers. */
import { expect, test } from 'vitest';
import { type CandidateSource, matchAddresses } from '../../src/matching/decide/match.ts';
import { prepareRow } from '../../src/matching/decide/prepare.ts';
import { RowReader } from '../../src/matching/read/row.ts';
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

test('keys without rows may be left out, and rows may come under several keys, or twice', async () => {
  const keysOf: number[] = [];
  const sparse: CandidateSource = {
    ...TOWN,
    async rows(keys) {
      keysOf.push(keys.length, new Set(keys).size);
      const found = [...(await TOWN.rows(keys))].filter(([, rows]) => rows.length > 0);
      return new Map(found.map(([key, rows]) => [key, [...rows, ...rows]]));
    },
  };
  const rows = [
    row('300-306 Quincy Blvd'),
    row('640 Kingfisher'),
    row('77 Orchard'),
    row('120 Wellingtn', '', 'OH', ''),
  ];
  expect(await matchAddresses(rows, sparse)).toEqual(await matchAddresses(rows, TOWN));
  // Each key is asked for once.
  for (let index = 0; index < keysOf.length; index += 2) expect(keysOf[index]).toBe(keysOf[index + 1]);
});

test('nothing is asked for no rows', async () => {
  const never: CandidateSource = {
    rows: () => Promise.reject(new Error('asked')),
    located: () => Promise.reject(new Error('asked')),
    known: () => Promise.reject(new Error('asked')),
  };
  expect(await matchAddresses([], never)).toEqual([]);
});

test('what is found under any key of a row is compared, each once', async () => {
  const [like] = [...(await TOWN.rows(prepareRow(row('77 Orchard Rd'), new RowReader()).keys)).values()].flat();
  if (like === undefined) throw new Error('not filed');
  const asIds: CandidateSource = {
    ...TOWN,
    async rows(keys) {
      const shared = { ...like, propertyId: 1 };
      return new Map(keys.map((key, index) => [key, [shared, { ...like, propertyId: index + 2 }]]));
    },
  };
  const [verdict] = await matchAddresses([row('77/79 Orchard Rd')], asIds);
  const { keys } = prepareRow(row('77/79 Orchard Rd'), new RowReader());
  expect(keys.length).toBeGreaterThan(2);
  expect(verdict?.candidates.map(({ propertyId }) => propertyId)).toEqual(
    Array.from({ length: keys.length + 1 }, (_, index) => index + 1),
  );
});
