/** The match index as tables. They are part of a data version, like the tables that an operator loads. */
import type { Column } from '../../core/columns.ts';
import type { Value } from '../../core/rows.ts';
import type { IndexRow, LocatedRow, MatchClass } from './entries.ts';

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

function degrees(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

const CLASSES: readonly MatchClass[] = ['commercial', 'sfr', 'condo'];

function classOf(value: Value | undefined): MatchClass {
  return CLASSES.find((each) => each === value) ?? 'commercial';
}

/** Stands in no text of the index, which is printable. */
const SEPARATOR_CODE = 31;
const SEPARATOR = String.fromCharCode(SEPARATOR_CODE);
const TEXTS = MATCH_ROW_COLUMNS.filter(({ type }) => type === 'text').map(({ name }) => name);

/** How rows of the index come out of the engine. */
export interface RowShape<Found> {
  /** What is selected of table `match_rows` by this alias. */
  columns(alias: string): string;
  read(values: readonly Value[]): Found;
}

/** The texts of a row come as one: every text by itself takes half a microsecond on its way out of the engine. */
export const INDEX_ROW: RowShape<IndexRow> = {
  columns(alias) {
    const texts = TEXTS.map((name) => `${alias}.${name}`).join(`, chr(${SEPARATOR_CODE}), `);
    return `${alias}.property_id, concat(${texts}), ${alias}.latitude, ${alias}.longitude`;
  },
  read([propertyId, texts, latitude, longitude]) {
    const [
      number = '',
      predir = '',
      street = '',
      suffix = '',
      postdir = '',
      unit = '',
      city = '',
      state = '',
      zip = '',
      matchClass,
      raw = '',
    ] = String(texts).split(SEPARATOR);
    return {
      propertyId: Number(propertyId),
      number,
      predir,
      street,
      suffix,
      postdir,
      unit,
      city,
      state,
      zip,
      matchClass: classOf(matchClass),
      raw,
      latitude: degrees(latitude),
      longitude: degrees(longitude),
    };
  },
};

/** Around a point there may be thousands: with their texts, 100,000 points with a radius of 1,000 m took twice the memory. */
export const LOCATED_ROW: RowShape<LocatedRow> = {
  columns: (alias) => `${alias}.property_id, ${alias}.match_class, ${alias}.latitude, ${alias}.longitude`,
  read: ([propertyId, matchClass, latitude, longitude]) => ({
    propertyId: Number(propertyId),
    matchClass: classOf(matchClass),
    latitude: degrees(latitude),
    longitude: degrees(longitude),
  }),
};
