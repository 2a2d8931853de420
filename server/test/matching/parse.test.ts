/** How a row's cells are read: number, street, unit and place, before anything is looked up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowReader } from '../../src/matching/read/row.ts';
import { streetLine } from '../../src/matching/read/street.ts';
import { words } from '../../src/matching/read/text.ts';
import { row } from './town.ts';

/** `number | street in one spelling | unit | city | state | zip` of the first reading. */
function reading(address: string, city = '', state = '', zip = ''): string {
  const [first] = new RowReader().read(row(address, city, state, zip));
  if (first === undefined) return 'unreadable';
  return [first.number.text, streetLine(first.street), first.unit, first.city, first.state, first.zip].join('|');
}

test.each([
  ['12 Alder St NW Fl. 3', '12|ALDER ST NW|3|||'],
  ['12 N. E. Alder Street', '12|NE ALDER ST||||'],
  ['12 North East Alder Street', '12|NE ALDER ST||||'],
  ['12 Alder Street, NW, Easton, PA 18042', '12|ALDER ST NW||EASTON|PA|18042'],
  ['12 North Ave', '12|N AVE||||'],
  ['12 E St SW', '12|E ST SW||||'],
  ['12 S Avenue H', '12|S H AVE||||'],
  ['12 Avenue of the Larches', '12|AVENUE OF THE LARCHES||||'],
  ['12 St. Brendan Ave', '12|ST BRENDAN AVE||||'],
  ['12 Fifth Ave', '12|5 AVE||||'],
  ['12 twenty-first st', '12|21 ST||||'],
  ['12 EAST70 ST', '12|E 70 ST||||'],
  ['12 Dr. Martin L. King Jr Blvd', '12|MARTIN LUTHER KING BLVD||||'],
  ['12 West U.S. Hwy 50', '12|W US HWY 50||||'],
  ['12 FM 544', '12|FM 544||||'],
  ['12 County Road VV', '12|COUNTY RD VV||||'],
  ['12 Ohio Route 4A', '12|STATE HWY 4A||||'],
  ['12 Alder Hill Rd West', '12|ALDER HILL RD W||||'],
  ['12 Alder Lake Park Dr', '12|ALDER LAKE PARK DR||||'],
  ['12 4th St Ter', '12|4 ST TER||||'],
  ['N165 W2123 Alder Ct', 'N165W2123|ALDER CT||||'],
  ['12 1/2 Alder St', '12 1/2|ALDER ST||||'],
  ['12 ½ Alder St', '12 1/2|ALDER ST||||'],
  ['214 B South Alder Blvd', '214 B|S ALDER BLVD||||'],
  ['1800 M Street', '1800|M ST||||'],
  ['8938-40 S. Alder Grove', '8938-40|S ALDER GRV||||'],
  ['886 and 888 Alder', '886-888|ALDER||||'],
  ['809, 811, 813 Alder Rd', '809-813|ALDER RD||||'],
  ['59 11 161st St', '59-11|161 ST||||'],
  ['Apt 1B 626 E Alder Ave', '626|E ALDER AVE|1B|||'],
  ['33 W Alder 3500', '33|W ALDER|3500|||'],
  ['12 Alder St #4-B', '12|ALDER ST|4B|||'],
  ['12 Alder St Unit Comm', '12|ALDER ST|COMM|||'],
  ['12 Alder St apt. 007', '12|ALDER ST|7|||'],
  ['12 Hangar Dr', '12|HANGAR DR||||'],
  ['12 Front St Front', '12|FRONT ST||||'],
  ['12 Alder St a/k/a 14 Birch St', '12|ALDER ST||||'],
  ['Jane Doe\nc/o Acme\n12 Alder St\nEaston, PA 18042', '12|ALDER ST||EASTON|PA|18042'],
  ['12 Alder Rd West Palm Beach FL 33401', '12|ALDER RD||WEST PALM BEACH|FL|33401'],
  ['12 Alder Cir East Easton PA 18042', '12|ALDER CIR E||EASTON|PA|18042'],
  ['12 Alder St, Easton, Pennsylvania 18042 United States', '12|ALDER ST||EASTON|PA|18042'],
  ['12 Alder Ave NE, 98125', '12|ALDER AVE NE|||WA|98125'],
  ['12 Alder, Easton PA', '12|ALDER||EASTON|PA|'],
  ['12 Alder St PO Box 9', '12|ALDER ST||||'],
  ['PO Box 9, 12 Alder St', '12|ALDER ST||||'],
])('%s', (address, expected) => {
  expect(reading(address)).toBe(expected);
});

describe('columns', () => {
  test.each([
    [['12 Alder St', 'easton', 'pa', '1842'], 'EASTON|PA|01842'],
    [['12 Alder St', 'St. Albans', 'Vermont', '05478-1234'], 'SAINT ALBANS|VT|05478'],
    [['12 Alder St', 'Easton, PA 18042', '', ''], 'EASTON|PA|18042'],
    [['12 Alder St', 'Easton', '18042', 'PA'], 'EASTON|PA|18042'],
    [['12 Alder St', 'Twp of Easton', 'PA', '18042.0'], 'EASTON|PA|18042'],
    [['12 Alder St', 'Downtown', 'PA', '18042'], '|PA|18042'],
    [['12 Alder St', 'Bklyn', 'N.Y.', '11201'], 'BROOKLYN|NY|11201'],
    [['12 Alder St', '', '', '18042'], '|PA|18042'],
  ] as const)('%j', ([address, city, state, zip], expected) => {
    expect(reading(address, city, state, zip)).toBe(`12|ALDER ST||${expected}`);
  });
});

test('any text is read without an error, and in the same way again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 20 }), (address, other) => {
      const once = new RowReader().read(row(address, other, other, other));
      expect(new RowReader().read(row(address, other, other, other))).toEqual(once);
    }),
  );
});

test('text that looks like an address is read without an error', () => {
  const word = fc.constantFrom(
    ...'12 12A 5-10 1/2 # - & @ , . N NE ST SAINT AVE HWY US BOX PO APT FL 2ND TWO ALDER OF OH 44999 USA'.split(' '),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (parts) => {
      for (const { street, number } of new RowReader().read(row(parts.join(' '), '', '', ''))) {
        expect(street.name).not.toBe('');
        expect(number.spans.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('words of words are the same words', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      const once = words(text);
      expect(words(once.join(' '))).toEqual(once);
    }),
  );
});

test.each([
  ['JosÃ© St', 'JOSE ST'],
  ['O’Brien “Mews”', 'OBRIEN MEWS'],
  ['Caf\u00e9\u00a0Row\u200b', 'CAFE ROW'],
  ['Smith &amp; Sons', 'SMITH & SONS'],
  ['12–14 Main', '12-14 MAIN'],
  ['ＭＡＩＮ', 'MAIN'],
])('%s is folded to plain words', (text, expected) => {
  expect(words(text).join(' ')).toBe(expected);
});
