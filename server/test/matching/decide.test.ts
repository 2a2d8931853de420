/** From what the index holds at an address to one verdict. */
import { describe, expect, test } from 'vitest';
import { confidenceOf, MISSING_CONFIDENCE, UNRECOGNIZED_CONFIDENCE } from '../../src/matching/decide/confidence.ts';
import { decideFirst, decideSecond } from '../../src/matching/decide/decide.ts';
import { prepareRow, widenQuery } from '../../src/matching/decide/prepare.ts';
import { type IndexRow, indexEntries } from '../../src/matching/index/entries.ts';
import { knownStreetKey } from '../../src/matching/index/keys.ts';
import { RowReader } from '../../src/matching/read/row.ts';
import { row } from './town.ts';

const NOTHING: ReadonlySet<bigint> = new Set();

function filed(propertyId: number, address: string, assetCategory = 'commercial'): readonly IndexRow[] {
  const place = { city: 'Easton', state: 'PA', zip: '18042', latitude: null, longitude: null };
  return indexEntries({ propertyId, addresses: [address], assetCategory, ...place }, new RowReader()).map(
    (entry) => entry.row,
  );
}

function asked(address: string, zip = '18042', city = 'Easton') {
  return prepareRow(row(address, city, 'PA', zip), new RowReader());
}

const first = (address: string, ...rows: readonly (readonly IndexRow[])[]) => decideFirst(asked(address), rows.flat());
const second = (address: string, known: ReadonlySet<bigint>, ...rows: readonly (readonly IndexRow[])[]) =>
  decideSecond(widenQuery(asked(address)), rows.flat(), known);

describe('the first round', () => {
  test('decides an address as typed, also where it lacks something', () => {
    expect(first('12 Alder St', filed(1, '12 Alder St'))?.propertyId).toBe(1);
    // 4 for what is missing, 2 for the range: as much as it may cost.
    expect(first('12 Alder', filed(1, '10-14 Alder St'))?.candidates).toEqual([{ propertyId: 1, cost: 6 }]);
  });

  test('leaves to the second what costs more, what would be corrected, and what it did not find', () => {
    // 4, and 3 for the letter.
    expect(first('12A Alder', filed(1, '12 Alder St'))).toBeUndefined();
    expect(first('12 Aldre St', filed(1, '12 Alder St'))).toBeUndefined();
    expect(first('12 Alder Hts Ave', filed(1, '12 Alder Heights Ave'))).toMatchObject({ propertyId: 1 });
    expect(first('12 Wash Ave', filed(1, '12 Washington Ave'))).toBeUndefined();
    expect(first('12 Alder St')).toBeUndefined();
  });

  test('says at once what is no address', () => {
    expect(first('PO Box 12', filed(1, '12 Alder St'))).toEqual({
      status: 'MISS',
      reason: 'Unrecognized address',
      propertyId: null,
      confidence: UNRECOGNIZED_CONFIDENCE,
      codes: [],
      matchedAddress: null,
      candidates: [],
    });
  });
});

describe('the second round', () => {
  const rows = filed(1, '12 Alder St');

  test('corrects a name, but not one that is a street there', () => {
    expect(second('12 Aldre St', NOTHING, rows).propertyId).toBe(1);
    expect(second('12 Aldre St', new Set([knownStreetKey('ALDRE', '18042')]), rows).reason).toBe('MISSING');
    // In the town, that tells only where there is no ZIP code.
    const inTown = new Set([knownStreetKey('ALDRE', 'EASTON')]);
    expect(second('12 Aldre St', inTown, rows).propertyId).toBe(1);
    expect(decideSecond(widenQuery(asked('12 Aldre St', '')), rows, inTown).reason).toBe('MISSING');
    expect(decideSecond(widenQuery(asked('12 Aldre St', '', '')), rows, NOTHING).propertyId).toBe(1);
    const nowhere = new Set([knownStreetKey('ALDRE', '')]);
    expect(decideSecond(widenQuery(asked('12 Aldre St', '', '')), rows, nowhere).propertyId).toBe(1);
  });

  test('a street that only a further reading names keeps nothing from being corrected', () => {
    // Read as 11th Aldre Street, or as house 59-11 of Aldre Street.
    const query = widenQuery(asked('59 11 Aldre St'));
    const house = filed(1, '59 11th Adlre St');
    const ofFurther = new Set([knownStreetKey('ALDRE', '18042')]);
    expect(query.readings.filter(({ penalty }) => penalty === 0)).toHaveLength(1);
    expect(decideSecond(query, house, ofFurther)).toEqual(decideSecond(query, house, NOTHING));
  });

  test('one known reading of several is enough', () => {
    const query = widenQuery(asked('12 Aldre Oak'));
    expect(query.readings.length).toBeGreaterThan(1);
    const known = new Set([knownStreetKey('ALDREOAK', '18042')]);
    const alike = filed(1, '12 Alder Oak');
    expect(decideSecond(query, alike, NOTHING).propertyId).toBe(1);
    expect(decideSecond(query, alike, known).reason).toBe('MISSING');
  });

  test('finds nothing where nothing is left', () => {
    expect(second('12 Alder St', NOTHING, filed(1, '14 Alder St'))).toEqual({
      status: 'MISS',
      reason: 'MISSING',
      propertyId: null,
      confidence: MISSING_CONFIDENCE,
      codes: [],
      matchedAddress: null,
      candidates: [],
    });
  });
});

describe('of several', () => {
  test('the nearest counts, and those as near tie', () => {
    const exact = filed(5, '12 Alder St');
    expect(first('12 Alder St', filed(1, '10-14 Alder St'), exact)).toMatchObject({ status: 'OK', propertyId: 5 });
    const tied = first('12 Alder', filed(7, '12 Alder Ave'), exact);
    expect(tied).toMatchObject({
      status: 'PARTIAL',
      propertyId: 5,
      confidence: confidenceOf({ cost: 4, weak: false }, 2),
    });
    expect(tied?.candidates).toEqual([
      { propertyId: 5, cost: 4 },
      { propertyId: 7, cost: 4 },
    ]);
  });

  test('ten are told', () => {
    const many = Array.from({ length: 12 }, (_, index) => filed(20 - index, '12 Alder St'));
    expect(first('12 Alder St', ...many)?.candidates.map(({ propertyId }) => propertyId)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 9),
    );
  });

  test('one that matched in several ways is one, by its plainest', () => {
    const [plain, within] = [filed(1, '12 Alder St'), filed(1, '12 Alder St Unit 5')];
    for (const rows of [
      [plain, within],
      [within, plain],
    ]) {
      expect(first('12 Alder St Unit 9', ...rows)).toMatchObject({
        status: 'OK',
        matchedAddress: '12 ALDER ST, EASTON, PA 18042',
        codes: ['unit_unknown'],
      });
    }
    // As dear as one another: the one with fewer codes.
    const [short, long] = [filed(1, '12 N Alder Ave'), filed(1, '12 N Alder')];
    for (const rows of [
      [short, long],
      [long, short],
    ]) {
      expect(first('12 Alder Ave', ...rows)).toMatchObject({ status: 'OK', codes: ['direction_missing'] });
    }
    // With as many: the first by its address.
    const [ave, court] = [filed(1, '12 Alder Ave'), filed(1, '12 Alder Ct')];
    for (const rows of [
      [ave, court],
      [court, ave],
    ]) {
      expect(first('12 Alder', ...rows)?.matchedAddress).toBe('12 ALDER AVE, EASTON, PA 18042');
    }
  });

  test('a single family house gives the reason before a condominium does', () => {
    const [sfr, condo] = [filed(1, '12 Alder St', 'sfr'), filed(2, '12 Alder Pl', 'condo')];
    for (const rows of [
      [sfr, condo],
      [condo, sfr],
    ]) {
      expect(first('12 Alder', ...rows)).toEqual({
        status: 'MISS',
        reason: 'SFR',
        propertyId: null,
        confidence: confidenceOf({ cost: 4, weak: false }, 1),
        codes: ['suffix_missing'],
        matchedAddress: '12 ALDER ST, EASTON, PA 18042',
        candidates: [],
      });
    }
    expect(first('12 Alder', condo)).toMatchObject({
      reason: 'Condo Property (SFR)',
      matchedAddress: '12 ALDER PL, EASTON, PA 18042',
    });
  });
});

test('the matched address is on one line, with its unit, and without what the property lacks', () => {
  expect(first('12 N Alder St Apt 4B', filed(1, '12 N Alder St Apt 4-B'))?.matchedAddress).toBe(
    '12 N ALDER ST UNIT 4B, EASTON, PA 18042',
  );
  const [like] = filed(1, '12 Alder St');
  if (like === undefined) throw new Error('not filed');
  const query = decideFirst(prepareRow(row('12 Alder St', 'Easton', 'PA', ''), new RowReader()), [
    { ...like, zip: '' },
  ]);
  expect(query?.matchedAddress).toBe('12 ALDER ST, EASTON, PA');
});
