/** The match index as tables. They are part of a data version, like the tables that an operator loads. */
import type { Column } from '../core/columns.ts';
import type { Value } from '../core/rows.ts';
import type { IndexRow, MatchClass } from './index-entries.ts';

type IndexColumn = Pick<Column, 'name' | 'type'>;

/** Readings of addresses, by ZIP code and property. */
export const MATCH_ROW_COLUMNS: readonly IndexColumn[] = [
  { name: 'row_id', type: 'id' },
  { name: 'property_id', type: 'id' },
  { name: 'number', type: 'text' },
  { name: 'predir', type: 'text' },
  { name: 'street', type: 'text' },
  { name: 'suffix', type: 'text' },
  { name: 'postdir', type: 'text' },
  { name: 'unit', type: 'text' },
  { name: 'city', type: 'text' },
  { name: 'state', type: 'text' },
  { name: 'zip', type: 'text' },
  { name: 'match_class', type: 'text' },
  { name: 'raw', type: 'text' },
  { name: 'latitude', type: 'number' },
  { name: 'longitude', type: 'number' },
];

/** What the readings are found by: sorted by key, so that a few keys touch few row groups. */
export const MATCH_KEY_COLUMNS: readonly IndexColumn[] = [
  { name: 'key', type: 'id' },
  { name: 'row_id', type: 'id' },
];

/** Streets and towns that exist, by key. */
export const MATCH_KNOWN_COLUMNS: readonly IndexColumn[] = [{ name: 'key', type: 'id' }];

export const MATCH_TABLES = {
  match_rows: MATCH_ROW_COLUMNS,
  match_keys: MATCH_KEY_COLUMNS,
  match_known: MATCH_KNOWN_COLUMNS,
} as const;
export type MatchTable = keyof typeof MATCH_TABLES;

/** In the order of `MATCH_ROW_COLUMNS`. */
export function toValues(rowId: number, row: IndexRow): Value[] {
  return [
    rowId,
    row.propertyId,
    row.number,
    row.predir,
    row.street,
    row.suffix,
    row.postdir,
    row.unit,
    row.city,
    row.state,
    row.zip,
    row.matchClass,
    row.raw,
    row.latitude,
    row.longitude,
  ];
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function degrees(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

const CLASSES: readonly MatchClass[] = ['commercial', 'sfr', 'condo'];

/** @param values in the order of `MATCH_ROW_COLUMNS`. */
export function fromValues(values: readonly Value[]): IndexRow {
  const [, propertyId, number, predir, street, suffix, postdir, unit, city, state, zip, matchClass, raw, lat, lon] =
    values;
  return {
    propertyId: Number(propertyId),
    number: text(number),
    predir: text(predir),
    street: text(street),
    suffix: text(suffix),
    postdir: text(postdir),
    unit: text(unit),
    city: text(city),
    state: text(state),
    zip: text(zip),
    matchClass: CLASSES.find((each) => each === matchClass) ?? 'commercial',
    raw: text(raw),
    latitude: degrees(lat),
    longitude: degrees(lon),
  };
}
