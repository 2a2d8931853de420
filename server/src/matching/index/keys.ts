/**
 * What the match index files a property under, and what a query looks up. `house` is one member of a house number, `name` the
 * street's name without blanks, `initial` its first letter.
 *
 * | kind   | of                    | finds                                                           | asked in        |
 * |--------|-----------------------|-----------------------------------------------------------------|-----------------|
 * | street | house, name, zip      | the address as typed                                            | the first round |
 * | state  | house, name, state    | the address where the ZIP code is missing or wrong              | first without a ZIP code, else second |
 * | house  | house, zip            | misspelt names: everything with this number in the ZIP code     | the second      |
 * | town   | house, city, initial  | misspelt names without a (right) ZIP code; rows without a state | the second      |
 * | cell   | row, column of a grid | properties near a point                                         | coordinates     |
 *
 * Kinds that only tell that something exists; a list of distinct keys without rows:
 *
 * | kind  | of              | tells                                             |
 * |-------|-----------------|---------------------------------------------------|
 * | known | name, zip       | the street exists in the ZIP code: don't correct it |
 * | known | name, city      | the same by town, for rows without a ZIP code     |
 * | place | city, state     | the town exists, so that another one is meant     |
 */
import { hashKey } from './key-hash.ts';

export function streetKey(house: string, name: string, zip: string): bigint {
  return hashKey(`S|${house}|${name}|${zip}`);
}

export function stateKey(house: string, name: string, state: string): bigint {
  return hashKey(`B|${house}|${name}|${state}`);
}

export function houseKey(house: string, zip: string): bigint {
  return hashKey(`H|${house}|${zip}`);
}

export function townKey(house: string, city: string, name: string): bigint {
  return hashKey(`T|${house}|${city}|${name.slice(0, 1)}`);
}

export function knownStreetKey(name: string, zipOrCity: string): bigint {
  return hashKey(`K|${name}|${zipOrCity}`);
}

export function placeKey(city: string, state: string): bigint {
  return hashKey(`P|${city}|${state}`);
}

export function cellKey(row: number, column: number): bigint {
  return hashKey(`C|${row}|${column}`);
}
