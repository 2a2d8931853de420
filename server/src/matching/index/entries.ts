/** What the match index holds of a property. Computed when data is loaded, and part of the data version. */

import { readCity } from '../city.ts';
import { houseMembers, hyphenStyle } from '../read/house-number.ts';
import { rawStreet } from '../read/raw-street.ts';
import type { AddressReading, RowReader } from '../read/row.ts';
import { streetForms } from '../read/street-forms.ts';
import { words } from '../read/text.ts';
import { isRoadName } from '../roads.ts';
import { compactName } from '../street-names.ts';
import { isStreetType } from '../suffixes.ts';
import { cellOf, isPoint } from './cells.ts';
import { cellKey, houseKey, knownStreetKey, placeKey, stateKey, streetKey, townKey } from './keys.ts';

/** What a match may answer: a property, or the reason why there is none. */
export type MatchClass = 'commercial' | 'sfr' | 'condo';

/** A property as the warehouse has it. */
export interface PropertyAddresses {
  readonly propertyId: number;
  /** Its own address first, then its aliases. */
  readonly addresses: readonly string[];
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  /** `properties.asset_category`: `sfr` and `condo` are told apart, everything else is a commercial property. */
  readonly assetCategory: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A row of the index: one reading of one address. Text columns are upper case in one spelling and empty if unknown. */
export interface IndexRow {
  readonly propertyId: number;
  readonly number: string;
  readonly predir: string;
  readonly street: string;
  readonly suffix: string;
  readonly postdir: string;
  readonly unit: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly matchClass: MatchClass;
  /** The street's words as loaded, without blanks: it also compares where a street could not be taken apart. */
  readonly raw: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** What a look-up by distance needs of it. */
export type LocatedRow = Pick<IndexRow, 'propertyId' | 'matchClass' | 'latitude' | 'longitude'>;

export interface IndexEntry {
  readonly row: IndexRow;
  readonly keys: readonly bigint[];
  /** Keys that tell of streets and towns; kept once each, without a row. */
  readonly known: readonly bigint[];
}

/** Index rows of a property, with their keys. A property whose addresses can't be read has one row for its point, or none. */
export function indexEntries(property: PropertyAddresses, reader: RowReader): IndexEntry[] {
  const { city, state, zip, latitude, longitude } = property;
  const isLocated = latitude !== null && longitude !== null && isPoint(latitude, longitude);
  const cells = isLocated ? [cellKey(...cellOf(latitude, longitude))] : [];
  const entries: IndexEntry[] = [];
  for (const address of property.addresses) {
    let isRoad = false;
    for (const reading of reader.read({ address, city, state, zip })) {
      // That the number is a unit is a reading for questions: filed, it would make one street of all roads of the class.
      if (isRoad && !isRoadName(reading.street.name)) continue;
      isRoad = isRoadName(reading.street.name);
      const keys = entries.length === 0 ? cells : [];
      entries.push({ row: rowOf(property, reading), keys: [...keys, ...keysOf(reading)], known: knownKeys(reading) });
    }
  }
  if (entries.length === 0 && cells.length > 0) entries.push({ row: unreadRow(property), keys: cells, known: [] });
  return entries;
}

export function matchClassOf(assetCategory: string): MatchClass {
  const category = assetCategory.toLowerCase();
  return category === 'sfr' || category === 'condo' ? category : 'commercial';
}

function rowOf(property: PropertyAddresses, reading: AddressReading): IndexRow {
  const { street, number } = reading;
  return {
    ...unreadRow(property),
    number: number.text,
    predir: street.predir,
    street: street.name,
    suffix: street.suffix,
    postdir: street.postdir,
    unit: reading.unit,
    city: reading.city,
    state: reading.state,
    zip: reading.zip,
    raw: rawStreet(reading.streetWords),
  };
}

function unreadRow({ propertyId, assetCategory, latitude, longitude, city }: PropertyAddresses): IndexRow {
  return {
    propertyId,
    number: '',
    predir: '',
    street: '',
    suffix: '',
    postdir: '',
    unit: '',
    city: readCity(words(city)),
    state: '',
    zip: '',
    matchClass: matchClassOf(assetCategory),
    raw: '',
    latitude,
    longitude,
  };
}

function keysOf({ number, street, city, state, zip }: AddressReading): bigint[] {
  const names = isStreetType(street.suffix)
    ? [compactName(street.name)]
    : streetForms(street).map(({ name }) => compactName(name));
  const keys: bigint[] = [];
  for (const house of houseMembers(number, hyphenStyle(zip, state))) {
    if (zip !== '') keys.push(houseKey(house, zip));
    if (city !== '') keys.push(townKey(house, city, street.name));
    for (const name of names) {
      if (zip !== '') keys.push(streetKey(house, name, zip));
      if (state !== '') keys.push(stateKey(house, name, state));
    }
  }
  return keys;
}

function knownKeys({ street, city, state, zip }: AddressReading): bigint[] {
  const name = compactName(street.name);
  const keys: bigint[] = [];
  if (zip !== '') keys.push(knownStreetKey(name, zip));
  if (city !== '') keys.push(knownStreetKey(name, city), placeKey(city, state));
  if (isRoadName(street.name)) {
    const road = `${street.suffix} ${name}`;
    if (zip !== '') keys.push(knownStreetKey(road, zip));
    if (city !== '') keys.push(knownStreetKey(road, city));
  }
  return keys;
}
