/** What holds of every verdict, whatever the row: generated rows are addresses of the town with what lists do to them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confidenceOf } from '../../src/matching/decide/confidence.ts';
import { matchAddresses } from '../../src/matching/decide/match.ts';
import { type AddressRow, RowReader } from '../../src/matching/read/row.ts';
import { streetLine } from '../../src/matching/read/street.ts';
import { createMemoryIndex } from './memory-index.ts';
import { PROPERTIES, TOWN } from './town.ts';

const OTHER_WORDS = 'N APT 4 # , - & ST AVE HWY 2ND OF PO BOX MAIN WELLINGTON'.split(' ');

/** An address of the town, a word of it left out, doubled, misspelt or moved. */
const address = fc
  .tuple(
    fc.constantFrom(...PROPERTIES),
    fc.nat(6),
    fc.constantFrom('none', 'drop', 'repeat', 'misspell', 'add', 'move'),
    fc.constantFrom(...OTHER_WORDS),
  )
  .map(([{ addresses, city, state, zip }, place, change, other]): AddressRow => {
    const words = (addresses[0] ?? '').split(' ');
    const at = place % words.length;
    const word = words[at] ?? '';
    const put: Readonly<Record<typeof change, readonly string[]>> = {
      none: [word],
      drop: [],
      move: [],
      repeat: [word, word],
      misspell: [word.slice(1) + word.slice(0, 1)],
      add: [other, word],
    };
    const changed = [
      ...words.slice(0, at),
      ...put[change],
      ...words.slice(at + 1),
      ...(change === 'move' ? [word] : []),
    ];
    return { address: changed.join(' '), city, state, zip };
  });

const row = fc
  .tuple(address, fc.constantFrom('all', 'city', 'state', 'zip'))
  .map(([cells, emptied]): AddressRow => (emptied === 'all' ? cells : { ...cells, [emptied]: '' }));

const rows = fc.array(row, { minLength: 1, maxLength: 12 });
const CLASSES = new Map(PROPERTIES.map(({ propertyId, assetCategory }) => [propertyId, assetCategory]));

test('a verdict is whole: an id without a reason or a reason without an id, and promises no more than its points', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rows, async (asked) => {
      for (const verdict of await matchAddresses(asked, TOWN)) {
        const { status, reason, propertyId, candidates, confidence, codes } = verdict;
        seen.add(status);
        expect(propertyId === null).toBe(status === 'MISS');
        expect(reason === null).toBe(status !== 'MISS');
        expect(candidates[0]?.propertyId ?? null).toBe(propertyId);
        expect(new Set(codes).size).toBe(codes.length);
        const [best] = candidates;
        if (best === undefined) continue;
        expect(confidence).toBeLessThanOrEqual(confidenceOf({ cost: best.cost, weak: false }, candidates.length));
        if (status === 'OK') expect(candidates).toHaveLength(1);
        if (codes.length === 0) expect(best.cost).toBe(0);
        for (const each of candidates) {
          expect(each.cost).toBe(best.cost);
          expect(['sfr', 'condo']).not.toContain(CLASSES.get(each.propertyId));
        }
      }
    }),
  );
  // Else the rows show nothing.
  expect([...seen].toSorted()).toEqual(['MISS', 'OK', 'PARTIAL']);
});

test('a verdict depends on its row and the properties alone, not on other rows, earlier files or any order', async () => {
  const reader = new RowReader();
  const turned = createMemoryIndex(PROPERTIES.toReversed());
  await fc.assert(
    fc.asyncProperty(rows, async (asked) => {
      const together = await matchAddresses(asked, TOWN);
      const reversed = await matchAddresses(asked.toReversed(), turned);
      expect(reversed.toReversed()).toEqual(together);
      const alone = await Promise.all(asked.map(async (each) => (await matchAddresses([each], TOWN))[0]));
      expect(alone).toEqual(together);
      expect(await matchAddresses(asked, TOWN, reader)).toEqual(together);
    }),
  );
});

test('capitals and blanks say nothing', async () => {
  await fc.assert(
    fc.asyncProperty(row, async (asked) => {
      const spaced = { ...asked, address: `  ${asked.address.toLowerCase().replaceAll(' ', '   ')} ` };
      expect(await matchAddresses([spaced], TOWN)).toEqual(await matchAddresses([asked], TOWN));
    }),
  );
});

test('an address in standard spelling is its own standard spelling', () => {
  const reader = new RowReader();
  for (const { addresses, city, state, zip } of PROPERTIES) {
    for (const each of addresses) {
      const [first] = reader.read({ address: each, city, state, zip });
      if (first === undefined) throw new Error(`${each} cannot be read`);
      const standard = `${first.number.text} ${streetLine(first.street)}`;
      const [again] = reader.read({ ...first, address: standard });
      expect(again?.street, standard).toEqual(first.street);
      expect(again?.number, standard).toEqual(first.number);
      expect([again?.city, again?.state, again?.zip]).toEqual([first.city, first.state, first.zip]);
    }
  }
});

test('what one file says twice is read as if it were said once', () => {
  const reader = new RowReader();
  fc.assert(
    fc.property(row, (asked) => {
      expect(reader.read(asked)).toEqual(new RowReader().read(asked));
    }),
  );
});
