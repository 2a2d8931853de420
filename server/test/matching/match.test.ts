/** One row in, one verdict out: the rules of matching, each with the errors that lists of addresses have. */
import { describe, expect, test } from 'vitest';
import { matchAddresses } from '../../src/matching/decide/match.ts';
import type { PropertyAddresses } from '../../src/matching/index/entries.ts';
import { createMemoryIndex } from './memory-index.ts';
import { answerTo, PROPERTIES, row, TOWN, verdictOf } from './town.ts';

test.each([
  ['120 Wellington Street'],
  ['120 WELLINGTON ST.'],
  ['  120   wellington   str,'],
  ['120 Wellingtonn St'],
  ['120 Welington St'],
  ['120 Wellingtno St'],
  ['120 Qellington St'],
  ['120 Welli ngton St'],
  ['120 Wellington'],
  ['120 Wlngtn St'],
  ['120 Welling. St'],
  ['120 Wéllington St'],
  ['120 Well&#105;ngton&nbsp;St'],
  ['120 We11ington St'],
  ['120Wellington St'],
  ['12O Wellington St'],
  ['120.0 Wellington St'],
  ['00120 Wellington St'],
  ['# 120 Wellington St'],
  ['No. 120 Wellington St'],
  ['Wellington Street 120'],
  ['One hundred twenty Wellington St'],
  ['120 Wellington Stree'],
  ['120 Wellington Steret'],
  ['120 Wellington St St'],
  ['120 The Wellington St'],
  ['"120 Wellington St"'],
  ['120 Wellington St Apt 4C'],
  ['120 Wellington St #4C'],
  ['120 Wellington St 4C'],
  ['120 Wellington St, 2nd Fl.'],
  ['120 Wellington St UNIT#3'],
  ['120 Wellington St unit: ground floor store'],
  ['Suite 300, 120 Wellington St'],
  ['2nd Floor, 120 Wellington St'],
  ['c/o Jane Doe, 120 Wellington St'],
  ['ATTN ACCOUNTS 120 Wellington St'],
  ['Acme Holdings LLC, 120 Wellington St'],
  ['3M Company, 120 Wellington St'],
  ['120 Wellington St (rear building)'],
  ['120 Wellington St - vacant'],
  ['120 Wellington St near the station'],
  ['120 Wellington St & Oak Ave'],
  ['120 Wellington St a/k/a 7 Mill Lane'],
  ['120 Wellington St, Tel 212-555-1212'],
  ['120 Wellington St joe@example.com'],
  ['120 Wellington St Millbrook'],
  ['120 Wellington St, Millbrook, OH 44999'],
  ['120 Wellington St 44999'],
  ['120 120 Wellington St'],
  ['120 Wellington St 120 Wellington St'],
  ['Wellington St, 120'],
  ['120 Wellington (212) 555-1212'],
  ['120+Wellington+St'],
  ['120%20Wellington%20St%2C%20Apt%204'],
  ['120 W\u0435llingt\u043en St'],
  ['l2O Wellington St'],
])('%s is found whatever stands around it and however it is typed', async (address) => {
  expect(await answerTo(row(address))).toBe('OK 1');
});

describe('the place', () => {
  test.each([
    ['Millbrook', 'OH', '44999-1234'],
    ['Millbrook', 'OH', '449991234'],
    ['Millbrook', 'OH', '44999.0'],
    ['Millbrook', 'OH', "'44999"],
    ['Millbrook', 'OH', '4.4999E4'],
    ['Millbrook', 'OH', ''],
    ['Milbrook', 'OH', ''],
    ['City of Millbrook', 'Ohio', ''],
    ['Millbrook', '', '44999'],
    ['Millbrook', '', ''],
    ['', 'OH', '44999'],
    ['Downtown', 'OH', '44999'],
    ['Old Mill District', 'OH', '44999'],
    ['N/A', 'O.H.', '44999'],
    ['Millbrook', 'OH', '44990'],
    ['Millbrook', '44999', 'OH'],
    ['Millbrook', 'OH 44999', ''],
    ['Millbrook, OH', '', ''],
    ['Millbrook OH 44999', '', ''],
    ['Apt 5, Millbrook', 'OH', '44999'],
    ['Millbrook', 'PA', '44999'],
  ])('city %j, state %j and ZIP code %j are enough together', async (city, state, zip) => {
    expect(await answerTo(row('120 Wellington St', city, state, zip))).toBe('OK 1');
  });

  test.each([
    '120 Wellington St, Millbrook, OH 44999',
    '120 Wellington St Millbrook OH 44999',
    '120 Wellington St, Millbrook, Ohio 44999, USA',
    '120 Wellington St\nMillbrook, OH 44999',
    '120 Wellington St | Millbrook | OH | 44999',
    '120 Wellington St, Apt 5, Millbrook, OH',
    '120 Wellington, Millbrook, OH',
    '120 Wellington Millbrook OH 44999',
    'Acme Corp., 120 Wellington St, Millbrook, OH 44999',
  ])('a whole address in one cell is read: %s', async (address) => {
    expect(await answerTo(row(address, '', '', ''))).toBe('OK 1');
    expect(await answerTo(row('', address, '', ''))).toBe('OK 1');
    // Named for all four, as by whoever has no column for the place: the line is no town, and no code says it was a wrong one.
    const { status, codes } = await verdictOf(row(address, address, address, address));
    expect([status, codes]).toEqual(['OK', (await verdictOf(row(address, '', '', ''))).codes]);
  });

  test('a town’s cell that says what the street’s says is still a town beside a street', async () => {
    expect(
      await answerTo(row('120 Wellington St', 'Millbrook, OH 44999', 'Millbrook, OH 44999', 'Millbrook, OH 44999')),
    ).toBe('OK 1');
  });

  test('a row whose cells all stand one column to the right or to the left is read from there', async () => {
    expect(await answerTo(row('', '120 Wellington St', 'Millbrook', 'OH'))).toBe('OK 1');
    expect(await answerTo(row('Suite 4', '120 Wellington St', 'Millbrook', 'OH'))).toBe('OK 1');
    expect(await answerTo(row('Millbrook', 'OH', '44999', '120 Wellington St'))).toBe('OK 1');
    expect(await answerTo(row('N/A', 'Millbrook', 'OH', '44999'))).toBe('MISS Unrecognized address');
    expect(await answerTo(row('', '', '', 'OH 44999'))).toBe('MISS Unrecognized address');
  });

  test('a street that two towns have needs a town or a ZIP code to tell which', async () => {
    expect(await answerTo(row('120 Wellington St', '', 'OH', ''))).toBe('PARTIAL 1');
    expect(await answerTo(row('120 Wellington St', 'Port Ellis', 'OH', ''))).toBe('OK 40');
  });

  test('a state alone finds what only one town has', async () => {
    expect(await answerTo(row('52 Marigold Ter', '', 'OH', ''))).toBe('OK 41');
  });

  test('a ZIP code and a town that both are others find nothing', async () => {
    expect(await answerTo(row('52 Marigold Ter', 'Millbrook', 'OH', '44999'))).toBe('MISS MISSING');
    expect(await answerTo(row('52 Marigold Ter', 'Dayton', 'OH', '45402'))).toBe('MISS MISSING');
  });

  test('another known town is meant; an unknown one says nothing, but no more than PARTIAL', async () => {
    expect(await answerTo(row('52 Marigold Ter', 'Millbrook', 'OH', ''))).toBe('MISS MISSING');
    expect(await answerTo(row('52 Marigold Ter', 'Harbor Heights', 'OH', ''))).toBe('PARTIAL 41');
  });
});

describe('directions, suffixes and names', () => {
  test.each([
    ['200 N Harbor Ave', 'OK 3'],
    ['200 North Harbor Ave', 'OK 3'],
    ['200 Harbor Ave N', 'OK 3'],
    ['200 Harbor Avenue South', 'OK 4'],
    ['200 Harbor Ave', 'PARTIAL 3'],
    ['200 E Harbor Ave', 'MISS MISSING'],
    ['77 Orchard Rd', 'OK 5'],
    ['77 Orchard Crt', 'OK 6'],
    ['77 Orchard', 'PARTIAL 5'],
    ['77 Orchard Lane', 'MISS MISSING'],
    ['31 St. Agnes Pl', 'OK 8'],
    ['31 St Agnes', 'OK 8'],
    ['60 Mt Carmel Pkwy', 'OK 17'],
    ['9 23rd St', 'OK 9'],
    ['9 23 Street', 'OK 9'],
    ['9 Twenty Third St', 'OK 9'],
    ['415 Ave M', 'OK 15'],
    ['415 AVENUEM', 'OK 15'],
    ['1250 US-42', 'OK 16'],
    ['1250 U.S. Hwy. No. 42', 'OK 16'],
    ['1250 Highway 42', 'OK 16'],
    ['1250 State Route 42', 'MISS MISSING'],
    ['2 Foundry Sq', 'OK 14'],
    ['45 Prospect St Ext', 'OK 23'],
    ['45 Prospect St', 'OK 23'],
    ['810 E Wash St', 'OK 25'],
  ])('%s → %s', async (address, answer) => {
    expect(await answerTo(row(address))).toBe(answer);
  });

  test('a name is not corrected into another one where its own street exists', async () => {
    expect(await answerTo(row('20 Weldon St'))).toBe('OK 20');
    expect(await answerTo(row('20 Walden St'))).toBe('MISS MISSING');
    expect(await answerTo(row('20 Weldom St'))).toBe('OK 20');
  });

  test('digits of a name are never corrected', async () => {
    expect(await answerTo(row('9 24th St'))).toBe('MISS MISSING');
    expect(await answerTo(row('1250 US Highway 43'))).toBe('MISS MISSING');
  });

  test('two names that are equally near tie', async () => {
    const [like] = PROPERTIES;
    if (like === undefined) throw new Error('the town is empty');
    const source = createMemoryIndex([
      { ...like, propertyId: 2, addresses: ['5 Marian Street'] },
      { ...like, propertyId: 1, addresses: ['5 Marion Street'] },
    ]);
    expect(await answerTo(row('5 Marien St'), source)).toBe('PARTIAL 1');
  });
});

describe('house numbers', () => {
  test.each([
    ['300-306 Quincy Blvd', 'OK 7'],
    ['300/306 Quincy Blvd', 'OK 7'],
    ['300 to 306 Quincy Blvd', 'OK 7'],
    ['300 & 306 Quincy Blvd', 'OK 7'],
    ['302 Quincy Blvd', 'OK 7'],
    ['303 Quincy Blvd', 'MISS MISSING'],
    ['308 Quincy Blvd', 'MISS MISSING'],
    ['116-124 Wellington St', 'OK 1'],
    ['33A Bramble St', 'OK 24'],
    ['33-A Bramble St', 'OK 24'],
    ['33 A Bramble St', 'OK 24'],
    ['33B Bramble St', 'MISS MISSING'],
    ['122 Wellington St', 'MISS MISSING'],
  ])('%s → %s', async (address, answer) => {
    expect(await answerTo(row(address))).toBe(answer);
  });

  test.each([
    '2-Nov Alder Rd',
    '02-NOV Alder Rd',
    'Nov-02 Alder Rd',
    '11-O2 Alder Rd',
    'l1-02 Alder Rd',
    '1102 Alder Rd',
  ])('a spreadsheet’s date and a scanner’s letters are the number that they were: %s', async (address) => {
    expect(await answerTo(row(address, 'Flushing', 'NY', '11354'))).toBe('OK 52');
  });

  test.each(['88-82 Elderberry Ave', '8882 Elderberry Ave', '88 82 Elderberry Ave', '88 - 82 Elderberry Ave'])(
    'Queens: %s is one house',
    async (address) => {
      expect(await answerTo(row(address, 'Queens', 'NY', '11354'))).toBe('OK 50');
    },
  );

  test.each(['94-307 Plumeria Hwy', '94307 Plumeria Hwy'])('Hawaii: %s is one house', async (address) => {
    expect(await answerTo(row(address, 'Waipahu', 'HI', '96797'))).toBe('OK 51');
  });
});

describe('the decision', () => {
  test('a commercial property outranks a residence at the same address', async () => {
    expect(await answerTo(row('640 Kingfisher Way'))).toBe('OK 13');
  });

  test('an address with residences alone says which kind', async () => {
    expect(await answerTo(row('14 Larkspur Ln'))).toBe('MISS SFR');
    expect(await answerTo(row('500 Birchwood Dr'))).toBe('MISS Condo Property (SFR)');
    expect(await answerTo(row('500 Birchwood Dr Apt 4-B'))).toBe('MISS Condo Property (SFR)');
  });

  test('a unit picks its own property; without it the best of a tie is the lowest id', async () => {
    expect(await answerTo(row('700 Cannery Row #2'))).toBe('OK 22');
    expect(await answerTo(row('700 Cannery Row'))).toBe('PARTIAL 21');
    expect((await verdictOf(row('700 Cannery Row'))).candidates.map(({ propertyId }) => propertyId)).toEqual([21, 22]);
  });

  test.each([
    '',
    '-',
    '???',
    'N/A',
    'TBD',
    'same as above',
    'PO Box 77',
    'P.O. Box 1234',
    'Post Office Box 9',
    'RR 3 Box 21',
    'HC 66 Box 12',
    'Wellington St & Harbor Ave',
    '5 Ave & 42 St',
    'Corner of 9th St and Orchard Rd',
    'Wellington Street',
    '23rd St',
    'Suite 200',
    'Building C',
    'Lot 14 Block 3',
    '120',
    'asdfgh',
  ])('%j is no address', async (address) => {
    expect(await answerTo(row(address))).toBe('MISS Unrecognized address');
  });

  test('the verdict tells what differed and what it matched', async () => {
    expect(await verdictOf(row('120 Wellingtn', 'Millbrook', 'OH', ''))).toMatchObject({
      status: 'OK',
      propertyId: 1,
      codes: ['zip_missing', 'suffix_missing', 'name_spelling'],
      matchedAddress: '120 WELLINGTON ST, MILLBROOK, OH 44999',
    });
    const exact = await verdictOf(row('120 Wellington St'));
    const misspelt = await verdictOf(row('120 Wellingtn St'));
    expect(exact.codes).toEqual([]);
    expect(exact.confidence).toBeGreaterThan(misspelt.confidence);
  });

  test('neither the order of the rows nor of the index nor the size of a batch changes an answer', async () => {
    const rows = PROPERTIES.flatMap(({ addresses, city, state, zip }) => [
      row(addresses[0] ?? '', city, state, zip),
      row((addresses[0] ?? '').replace('e', 'a'), city, state, ''),
    ]);
    const together = await matchAddresses(rows, TOWN);
    const alone = await Promise.all(rows.map((query) => verdictOf(query)));
    const reversed = await matchAddresses(rows.toReversed(), createMemoryIndex(PROPERTIES.toReversed()));
    expect(alone).toEqual(together);
    expect(reversed.toReversed()).toEqual(together);
  });
});

test.each([
  ['1,250 US Hwy 42', 'OK 16'],
  ['1250 US Hghway 42', 'OK 16'],
  ['9 9 Twenty-Third St', 'OK 9'],
  ['9 9 23rd St', 'OK 9'],
  ['31 & 33 St Agnes Pl', 'OK 8'],
  ['415 to 417 Avenue M', 'OK 15'],
  ['23 23 St', 'MISS MISSING'],
])('%s has one number: %s', async (address, answer) => {
  expect(await answerTo(row(address))).toBe(answer);
});

test('A direction is not added in another ZIP code where the street that was typed exists', async () => {
  const at = (propertyId: number, address: string, zip: string): PropertyAddresses => ({
    propertyId,
    addresses: [address],
    city: 'Millbrook',
    state: 'OH',
    zip,
    assetCategory: 'commercial',
    latitude: null,
    longitude: null,
  });
  const [east, west] = [at(1, '410 E 16th Street', '44998'), at(2, '12 16th Street', '44999')];
  const asked = row('410 16th Street', 'Millbrook', 'OH', '44999');
  const [alone] = await matchAddresses([asked], createMemoryIndex([east]));
  expect(alone).toMatchObject({ status: 'OK', propertyId: 1, codes: ['zip_wrong', 'direction_missing'] });
  const [beside] = await matchAddresses([asked], createMemoryIndex([east, west]));
  expect(beside).toMatchObject({ status: 'MISS', reason: 'MISSING', propertyId: null });
});
