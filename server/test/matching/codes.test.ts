/** Every code that is documented occurs, and costs what the table of codes says. */
import { describe, expect, test } from 'vitest';
import { MATCH_CODES } from '../../src/matching/codes.ts';
import { CONFIDENCE_BANDS, CONFIDENCE_BEYOND, confidenceOf } from '../../src/matching/decide/confidence.ts';
import type { Verdict } from '../../src/matching/decide/verdict.ts';
import type { AddressRow } from '../../src/matching/read/row.ts';
import { createMemoryIndex } from './memory-index.ts';
import { row, verdictOf } from './town.ts';

/** The verdict where this is the only property, in Millbrook, OH 44999. */
function against(address: string, query: AddressRow): Promise<Verdict> {
  const place = { city: 'Millbrook', state: 'OH', zip: '44999', latitude: null, longitude: null };
  const property = { propertyId: 1, addresses: [address], assetCategory: 'commercial', ...place };
  return verdictOf(query, createMemoryIndex([property]));
}

/** Most of them are the examples of the table. */
const CASES: readonly (readonly [codes: string, points: number, filed: string, query: AddressRow])[] = [
  ['', 0, '100 Main St', row('100 Main Street')],
  ['number_in_range', 2, '100-104 Main St', row('102 Main St')],
  ['number_joined', 3, '88-82 Elm St', row('8882 Elm St')],
  ['number_letter', 3, '12 Elm St', row('12A Elm St')],
  ['letter_moved', 1, '300B Elm St', row('300 Elm St #B')],
  ['road_variant', 4, '100 US Hwy 31', row('100 US Hwy 31 Business')],
  ['name_spelling', 8, '500 Lexington Ave', row('500 Lexingtn Ave')],
  ['name_spelling', 14, '9 Wellington St', row('9 Wellinhtpn St')],
  ['name_abbreviated', 6, '5 Washington Ave', row('5 Wash Ave')],
  ['name_abbreviated', 2, '5 James A Polite Ave', row('5 James Polite Ave')],
  ['name_cut', 9, '7 Martin Luther King Blvd', row('7 Martin Luther Blvd')],
  ['suffix_cut', 4, '7 Veterans Memorial Highway', row('7 Veterans Memorial Hi')],
  ['suffix_missing', 4, '100 Main St', row('100 Main')],
  ['direction_missing', 4, '100 N Main St', row('100 Main St')],
  ['suffix_missing direction_missing', 4, '100 N Main St', row('100 Main')],
  ['direction_moved', 1, '100 N Main St', row('100 Main St N')],
  ['suffix_missing direction_moved', 4, '100 N Main St', row('100 Main N')],
  ['zip_missing', 0, '100 Main St', row('100 Main St', 'Millbrook', 'OH', '')],
  ['zip_wrong', 10, '100 Main St', row('100 Main St', 'Millbrook', 'OH', '44001')],
  ['zip_missing city_missing', 3, '100 Main St', row('100 Main St', '', 'OH', '')],
  ['zip_missing city_spelling', 3, '100 Main St', row('100 Main St', 'Milbrook', 'OH', '')],
  ['city_wrong', 0, '100 Main St', row('100 Main St', 'Oakdale')],
  ['zip_missing city_wrong', 12, '100 Main St', row('100 Main St', 'Oakdale', 'OH', '')],
  ['state_wrong', 10, '100 Main St', row('100 Main St', 'Millbrook', 'NY')],
  ['other_reading', 8, '767 Third Ave', row('767 Thrid Ave')],
  ['unit_unknown', 0, '100 Main St', row('100 Main St Apt 9')],
];

describe('the codes of a match', () => {
  test.each(CASES)('%s costs %i: %s', async (codes, points, filed, query) => {
    const verdict = await against(filed, query);
    expect({ codes: verdict.codes.join(' '), points: verdict.candidates[0]?.cost }).toEqual({ codes, points });
    const band = CONFIDENCE_BANDS.find(([highest]) => points <= highest);
    const weak = codes === 'zip_missing city_wrong' || codes === 'road_variant';
    expect(verdict.status).toBe(weak ? 'PARTIAL' : 'OK');
    if (!weak) expect(verdict.confidence).toBe(band?.[1]);
  });

  test('are all of those that are documented', () => {
    const shown = new Set(CASES.flatMap(([codes]) => codes.split(' ').filter(Boolean)));
    expect([...shown].toSorted()).toEqual(Object.keys(MATCH_CODES).toSorted());
  });
});

test('confidence falls with the cost and is shared among those that tie', () => {
  const alone = Array.from({ length: 23 }, (_, cost) => confidenceOf({ cost, weak: false }, 1));
  expect(alone).toEqual(alone.toSorted((left, right) => right - left));
  expect(alone.at(-1)).toBe(CONFIDENCE_BEYOND);
  expect(confidenceOf({ cost: 0, weak: false }, 2)).toBe(0.5);
});

test('a dearer band promises less', () => {
  const [costs, promises] = [CONFIDENCE_BANDS.map(([highest]) => highest), CONFIDENCE_BANDS.map(([, one]) => one)];
  const bands = [...costs.keys()];
  expect(bands.map((band) => confidenceOf({ cost: costs[band] ?? -1, weak: false }, 1))).toEqual(promises);
  expect(costs).toEqual([...new Set(costs)].toSorted((left, right) => left - right));
  expect(promises).toEqual([...new Set(promises)].toSorted((left, right) => right - left));
});
