/** A row of the customer's file prepared: its readings, and the keys to look up for it in each round. */
import { COST } from '../codes.ts';
import { houseKey, knownStreetKey, placeKey, stateKey, streetKey, townKey } from '../index/keys.ts';
import { houseMembers, hyphenStyle } from '../read/house-number.ts';
import { prefixReadings } from '../read/prefix-readings.ts';
import { rawStreet } from '../read/raw-street.ts';
import type { AddressReading, AddressRow, RowReader } from '../read/row.ts';
import type { Street } from '../read/street.ts';
import { respellings, streetForms } from '../read/street-forms.ts';
import { OPEN_CLASSES } from '../road-classes.ts';
import { isRoadName } from '../roads.ts';
import { compactName } from '../street-names.ts';

/** A reading with what comparing it needs again and again. */
export interface QueryReading {
  readonly address: AddressReading;
  readonly street: Street;
  /** The street's name without blanks. */
  readonly name: string;
  /** The street with and without its suffix as part of the name. */
  readonly forms: readonly Street[];
  /** Their names without blanks. */
  readonly formNames: readonly string[];
  /** The street's words without blanks. */
  readonly raw: string;
  /** What the reading costs before anything is compared: the likeliest is free. */
  readonly penalty: number;
  /** True for a reading that cut off words without seeing a street's end. */
  readonly cut: boolean;
  /** True for a reading that guesses at a mistyped word. */
  readonly guessed: boolean;
}

/** The first round: most rows need no other. */
export interface PreparedQuery {
  readonly readings: readonly QueryReading[];
  /** Index keys. Empty: the row is not an address, and is decided without a look-up. */
  readonly keys: readonly bigint[];
}

/** The second round, for a row that the first did not decide. */
export interface WidenedQuery {
  readonly readings: readonly QueryReading[];
  /** Index keys, without those of the first round. */
  readonly keys: readonly bigint[];
  /** Keys of known streets and towns. */
  readonly known: readonly bigint[];
}

/** Of further readings only these are tried in other ways: every way is a look-up. */
const MOST_VARIED = 2;

export function prepareRow(row: AddressRow, reader: RowReader): PreparedQuery {
  const readings = reader
    .read(row)
    .map((reading, index) => queryReading(reading, reading.street, index === 0 ? 0 : COST.furtherReading));
  const keys: bigint[] = [];
  for (const reading of readings) addFirst(keys, reading);
  return { readings, keys };
}

/** Further readings and keys. The rows that the first round found are still needed. */
export function widenQuery({ readings, keys }: PreparedQuery): WidenedQuery {
  const varied: QueryReading[] = [];
  for (const { address, street } of readings.slice(0, MOST_VARIED)) {
    // A numbered road ends where its number does.
    for (const prefix of isRoadName(street.name) ? [] : prefixReadings(address)) {
      varied.push({
        ...queryReading(address, prefix.street, COST.prefixReading),
        raw: rawStreet(prefix.streetWords),
        cut: prefix.cut,
      });
    }
    for (const respelt of respellings(street)) {
      varied.push({ ...queryReading(address, respelt, COST.guessedReading), guessed: true });
    }
  }
  const wider = new Set<bigint>();
  const known = new Set<bigint>();
  for (const reading of readings) {
    addSecond(wider, reading);
    addKnown(known, reading);
  }
  for (const reading of varied) addExact(wider, reading);
  for (const key of keys) wider.delete(key);
  return { readings: [...readings, ...varied], keys: [...wider], known: [...known] };
}

function queryReading(address: AddressReading, street: Street, penalty: number): QueryReading {
  const forms = streetForms(street);
  return {
    address,
    street,
    name: compactName(street.name),
    forms,
    formNames: forms.map(({ name }) => compactName(name)),
    raw: rawStreet(address.streetWords),
    penalty,
    cut: false,
    guessed: false,
  };
}

function housesOf({ address: { number, zip, state } }: QueryReading): readonly string[] {
  return houseMembers(number, hyphenStyle(zip, state));
}

/** A key that is there twice only costs a look into what was found. */
function addFirst(keys: bigint[], reading: QueryReading): void {
  const { zip, state, city } = reading.address;
  for (const house of housesOf(reading)) {
    for (const name of reading.formNames) {
      if (zip !== '') keys.push(streetKey(house, name, zip));
      else if (state !== '') keys.push(stateKey(house, name, state));
    }
    if (zip === '' && state === '' && city !== '') keys.push(townKey(house, city, reading.name));
  }
}

function addSecond(keys: Set<bigint>, reading: QueryReading): void {
  const { zip, city } = reading.address;
  for (const house of housesOf(reading)) {
    if (zip !== '') keys.add(houseKey(house, zip));
    if (city !== '') keys.add(townKey(house, city, reading.name));
  }
  addExact(keys, reading);
}

function addExact(keys: Set<bigint>, reading: QueryReading): void {
  const { zip, state } = reading.address;
  for (const house of housesOf(reading)) {
    for (const name of reading.formNames) {
      if (zip !== '') keys.add(streetKey(house, name, zip));
      if (state !== '') keys.add(stateKey(house, name, state));
    }
  }
}

function addKnown(keys: Set<bigint>, { name, street, address: { zip, city, state } }: QueryReading): void {
  if (zip !== '') keys.add(knownStreetKey(name, zip));
  if (city !== '') keys.add(knownStreetKey(name, city)).add(placeKey(city, state));
  if (!isRoadName(street.name)) return;
  for (const suffix of CLASSES_TO_TELL) {
    for (const key of roadKeys(suffix, name, { zip, city })) keys.add(key);
  }
}

/** Any of them may be what a road without a class is. */
export const CLASSES_TO_TELL: readonly string[] = [
  ...new Set(Array.from(OPEN_CLASSES.values(), (all) => [...all]).flat()),
];

/** What is known if a road of this class and number is in the ZIP code or the city. `name` is without blanks. */
export function roadKeys(suffix: string, name: string, { zip, city }: Pick<AddressReading, 'zip' | 'city'>): bigint[] {
  return [zip, city].filter(Boolean).map((place) => knownStreetKey(`${suffix} ${name}`, place));
}
