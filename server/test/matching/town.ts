/** An invented town with every kind of address that a rule of the matcher is about. No row is of a real list. */

import { matchAddresses } from '../../src/matching/decide/match.ts';
import type { Verdict } from '../../src/matching/decide/verdict.ts';
import type { PropertyAddresses } from '../../src/matching/index/entries.ts';
import type { AddressRow } from '../../src/matching/read/row.ts';
import { createMemoryIndex } from './memory-index.ts';

type Listed = readonly [id: number, address: string, assetCategory: string, aliases?: readonly string[]];

function place(city: string, state: string, zip: string, listed: readonly Listed[]): PropertyAddresses[] {
  return listed.map(([propertyId, address, assetCategory, aliases = []]) => ({
    propertyId,
    addresses: [address, ...aliases],
    city,
    state,
    zip,
    assetCategory,
    latitude: null,
    longitude: null,
  }));
}

export const PROPERTIES: readonly PropertyAddresses[] = [
  ...place('Millbrook', 'OH', '44999', [
    [1, '120 Wellington Street', 'commercial'],
    [2, '14 Larkspur Lane', 'sfr'],
    [3, '200 N Harbor Avenue', 'commercial'],
    [4, '200 S Harbor Avenue', 'multifamily'],
    [5, '77 Orchard Road', 'commercial'],
    [6, '77 Orchard Court', 'commercial'],
    [7, '300-306 Quincy Boulevard', 'commercial'],
    [8, '31 Saint Agnes Place', 'multifamily'],
    [9, '9 Twenty-Third Street', 'commercial'],
    [10, '500 Birchwood Drive Unit 4A', 'condo'],
    [11, '500 Birchwood Drive Unit 4B', 'condo'],
    [12, '640 Kingfisher Way', 'sfr'],
    [13, '640 Kingfisher Way', 'commercial'],
    [14, '88 Tamarack Street', 'commercial', ['2 Foundry Square']],
    [15, '415 Avenue M', 'commercial'],
    [16, '1250 US Highway 42', 'commercial'],
    [17, '60 Mount Carmel Parkway', 'commercial'],
    [18, '18 Walden Street', 'commercial'],
    [19, '18 Weldon Street', 'sfr'],
    [20, '20 Weldon Street', 'commercial'],
    [21, '700 Cannery Row Unit 1', 'commercial'],
    [22, '700 Cannery Row Unit 2', 'commercial'],
    [23, '45 Prospect Street Extension', 'commercial'],
    [24, '33A Bramble Street', 'commercial'],
    [25, '810 E Washington Street', 'commercial'],
  ]),
  ...place('Port Ellis', 'OH', '44888', [
    [40, '120 Wellington Street', 'commercial'],
    [41, '52 Marigold Terrace', 'commercial'],
  ]),
  ...place('Flushing', 'NY', '11354', [
    [50, '88-82 Elderberry Avenue', 'commercial'],
    [52, '11-02 Alder Road', 'commercial'],
  ]),
  ...place('Waipahu', 'HI', '96797', [[51, '94-307 Plumeria Highway', 'commercial']]),
];

export const TOWN = createMemoryIndex(PROPERTIES);

export function row(address: string, city = 'Millbrook', state = 'OH', zip = '44999'): AddressRow {
  return { address, city, state, zip };
}

export async function verdictOf(query: AddressRow, source = TOWN): Promise<Verdict> {
  const [verdict] = await matchAddresses([query], source);
  if (verdict === undefined) throw new Error('a row has no verdict');
  return verdict;
}

/** `OK 7`, `PARTIAL 3`, `MISS SFR`: what a customer reads in the first three columns. */
export async function answerTo(query: AddressRow, source = TOWN): Promise<string> {
  const { status, reason, propertyId } = await verdictOf(query, source);
  return `${status} ${reason ?? propertyId}`;
}
