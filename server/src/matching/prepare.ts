/** A row of the customer's file made ready: its readings, and the keys to look up for it. */
import { houseMembers, hyphenStyle } from './house-number.ts';
import { rawStreet } from './index-entries.ts';
import { houseKey, knownStreetKey, placeKey, stateKey, streetKey, townKey } from './keys.ts';
import { prefixReadings } from './prefix-readings.ts';
import { type AddressReading, type AddressRow, readRow } from './row.ts';
import { compactName, streetForms } from './street.ts';

/** A reading with what comparing it needs again and again. */
export interface QueryReading extends AddressReading {
  /** The street's name without blanks. */
  readonly name: string;
  /** Names under which the index may hold the street: with and without the suffix as part of the name. */
  readonly names: readonly string[];
  /** The street's words without blanks. */
  readonly raw: string;
  /** What the reading costs before anything is compared: the likeliest is free. */
  readonly penalty: number;
  /** True for a reading that cut off words without seeing a street's end. */
  readonly cut: boolean;
}

export interface PreparedQuery {
  readonly readings: readonly QueryReading[];
  /** Further readings, for the second round: the street ends where a street of the index ends. */
  readonly prefixes: readonly QueryReading[];
  /** Index keys of the first round. Empty: the row is no address, and is decided without a look-up. */
  readonly first: readonly bigint[];
  /** Index keys of the second round, asked only where the first found nothing that decides. */
  readonly second: readonly bigint[];
  /** Keys of known streets and towns, asked with the second round. */
  readonly known: readonly bigint[];
}

/** Costs, in points, of readings after the first; see compare.ts for the others. */
const FURTHER_READING = 1;
const PREFIX_READING = 3;

export function prepareRow(row: AddressRow): PreparedQuery {
  const readings = readRow(row).map((reading, index) =>
    queryReading(reading, index === 0 ? 0 : FURTHER_READING, false),
  );
  const prefixes = readings
    .slice(0, 2)
    .flatMap((reading) =>
      prefixReadings(reading).map(({ street, streetWords, cut }) =>
        queryReading({ ...reading, street, streetWords }, PREFIX_READING, cut),
      ),
    );
  const first = new Set<bigint>();
  const second = new Set<bigint>();
  const known = new Set<bigint>();
  for (const reading of readings) {
    const houses = houseMembers(reading.number, hyphenStyle(reading.zip, reading.state));
    addFirst(first, reading, houses);
    addSecond(second, reading, houses);
    addKnown(known, reading);
  }
  for (const reading of prefixes)
    addExact(second, reading, houseMembers(reading.number, hyphenStyle(reading.zip, reading.state)));
  return { readings, prefixes, first: [...first], second: [...second], known: [...known] };
}

function queryReading(reading: AddressReading, penalty: number, cut: boolean): QueryReading {
  const names = streetForms(reading.street).map(({ name }) => compactName(name));
  return {
    ...reading,
    name: compactName(reading.street.name),
    names,
    raw: rawStreet(reading.streetWords),
    penalty,
    cut,
  };
}

function addFirst(keys: Set<bigint>, { name, names, zip, state, city }: QueryReading, houses: readonly string[]): void {
  for (const house of houses) {
    for (const spelled of names) {
      if (zip !== '') keys.add(streetKey(house, spelled, zip));
      else if (state !== '') keys.add(stateKey(house, spelled, state));
    }
    if (zip === '' && state === '' && city !== '') keys.add(townKey(house, city, name));
  }
}

function addSecond(
  keys: Set<bigint>,
  { name, names, zip, state, city }: QueryReading,
  houses: readonly string[],
): void {
  for (const house of houses) {
    if (zip !== '') keys.add(houseKey(house, zip));
    if (zip !== '' && state !== '') for (const spelled of names) keys.add(stateKey(house, spelled, state));
    if (city !== '') keys.add(townKey(house, city, name));
  }
}

function addExact(keys: Set<bigint>, { name, zip, state }: QueryReading, houses: readonly string[]): void {
  for (const house of houses) {
    if (zip !== '') keys.add(streetKey(house, name, zip));
    if (state !== '') keys.add(stateKey(house, name, state));
  }
}

function addKnown(keys: Set<bigint>, { name, zip, state, city }: QueryReading): void {
  if (zip !== '') keys.add(knownStreetKey(name, zip));
  if (city !== '') keys.add(knownStreetKey(name, city)).add(placeKey(city, state));
}
