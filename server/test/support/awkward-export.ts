/** A provider's export as awkward as those that there are, with the answers: what a load by its mapping must make of it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

export interface AwkwardSize {
  readonly properties: number;
  readonly days: number;
  /** Over all properties, one after the other. */
  readonly units: number;
}

/** What the load must count. */
export interface AwkwardTruth {
  readonly files: readonly string[];
  readonly properties: number;
  readonly propertyDays: number;
  readonly units: number;
  /** By table: rows whose key an earlier row has, rows of properties that are not there, rows of other owners. */
  readonly repeated: number;
  readonly orphans: number;
  readonly leftOut: number;
  /** Of the first property. */
  readonly first: Readonly<Record<string, string | number | null>>;
}

export const AWKWARD_MAPPING = `# What ACME's nightly export means.
mapping: 1
format:
  encoding: windows-1252
  delimiter: ";"
  numbers: point
  dates: mdy
  empty: ["n/a", "-"]
files:
  - file: "acme_props*"
    table: properties
    columns:
      source_id: Prop Ref
      property_name: Marketing Name
      address: { concat: [No, Street], with: " " }
      city: { column: "City/State", split: ",", part: 1 }
      state: { column: "City/State", split: ",", part: 2 }
      zip_code: Zip
      year_built: { column: Built, take: year }
      unit_count: Units
      last_sale_date: Sold
      last_sale_price: Sale Price
      owner_name: Owner
      asset_category: { column: Type, values: { "Apts": multifamily, "Mixed": other } }
      amenities: { column: Features, list: "/" }
    where: "property_name <> 'TOTAL'"
  - file: "acme_rents*"
    table: property_days
    columns:
      source_id: Prop Ref
      date: As Of
      avg_rent: Avg Rent
      occupancy_pct: { column: Occ, unit: percent }
      concession_percent: Conc
  - file: "acme_units*"
    table: units
    columns:
      source_id: Prop Ref
      unit_id: Unit
      bedroom_count: { column: Bd, values: { Studio: 0 } }
      bathroom_count: Ba
      sq_ft: SqFt
`;

const CP1252 = new Map([
  ['’', 0x92],
  ['–', 0x96],
  ['€', 0x80],
]);

function cp1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => CP1252.get(character) ?? character.codePointAt(0) ?? 0);
}

const NAMES = ['Peña Court', 'O’Hara Place', 'Château Row', 'Elm – East'];

function money(amount: number): string {
  return `$${amount.toLocaleString('en-US')}`;
}

/** One person has two properties, the others are companies. */
export const OWNER = 'Zoë O’Brien-Müller';
export const OWNED: readonly number[] = [2, 3];

function ownerOf(index: number): string {
  return OWNED.includes(index) ? OWNER : `Harbor Holdings ${index} LLC`;
}

function property(index: number): readonly string[] {
  const built = index % 3 === 0 ? `c. ${1900 + (index % 90)}` : `${1900 + (index % 90)}`;
  return [
    `AC-${index}`,
    `${NAMES[index % NAMES.length]} ${index}`,
    `${index}`,
    'Main St',
    'Portland, Maine',
    // A spreadsheet has taken the zero.
    `${4100 + (index % 50)}`,
    built,
    index % 7 === 0 ? 'n/a' : '1,204',
    '01/31/2019',
    money(20_192_000 + index),
    index % 2 === 0 ? 'Apts' : 'mixed',
    'Pool / Gym/',
    ownerOf(index),
  ];
}

/** As the provider writes it. */
export function dayOf(index: number): string {
  const day = new Date(Date.UTC(2025, 0, 1 + index));
  return `${day.getUTCMonth() + 1}/${day.getUTCDate()}/${day.getUTCFullYear()}`;
}

function lines(header: string, rows: readonly (readonly string[])[]): Uint8Array {
  return cp1252([header, ...rows.map((row) => row.join(';')), ''].join('\r\n'));
}

/** Of a file, which is a table where the provider has a database. */
interface AwkwardTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function awkwardTables(size: AwkwardSize) {
  const numbers = Array.from({ length: size.properties }, (_, index) => index + 1);
  const properties = numbers.map(property);
  const repeated = properties.filter((_, index) => index % 10 === 0);
  const days = numbers.flatMap((number) =>
    Array.from({ length: size.days }, (_, day) => [
      `AC-${number}`,
      dayOf(day),
      money(1_450 + day),
      `${(90 + (day % 10) + 0.5).toFixed(1)}`,
      '3.5%',
    ]),
  );
  const orphans = Array.from({ length: size.days }, (_, day) => ['AC-gone', dayOf(day), '$1', '50', '-']);
  const units = Array.from({ length: size.units }, (_, index) => {
    const [number, unit] = [(index % size.properties) + 1, Math.floor(index / size.properties)];
    return [`AC-${number}`, `${number}-${unit}`, unit === 0 ? 'Studio' : `${unit % 4}`, '1.5', '1,048'];
  });
  const total = ['', 'TOTAL', '', '', '', '', '', `${size.properties * 1204}`, '', '', '', '', ''];
  const tables: readonly AwkwardTable[] = [
    {
      name: 'acme_props',
      header: [
        'Prop Ref',
        'Marketing Name',
        'No',
        'Street',
        'City/State',
        'Zip',
        'Built',
        'Units',
        'Sold',
        'Sale Price',
        'Type',
        'Features',
        'Owner',
      ],
      rows: [...properties, ...repeated, total],
    },
    { name: 'acme_rents', header: ['Prop Ref', 'As Of', 'Avg Rent', 'Occ', 'Conc'], rows: [...days, ...orphans] },
    { name: 'acme_units', header: ['Prop Ref', 'Unit', 'Bd', 'Ba', 'SqFt'], rows: units },
  ];
  const truth = {
    properties: properties.length,
    propertyDays: days.length,
    units: units.length,
    repeated: repeated.length,
    orphans: orphans.length,
    leftOut: 1,
    first: {
      property_name: 'O’Hara Place 1',
      address: '1 Main St',
      city: 'Portland',
      state: 'ME',
      zip_code: '04101',
      year_built: 1901,
      last_sale_date: '2019-01-31',
      last_sale_price: 20_192_001,
    },
  };
  return { tables, truth };
}

/** Writes the three files to the directory, which exists. */
export async function writeAwkwardExport(directory: string, size: AwkwardSize): Promise<AwkwardTruth> {
  const { tables, truth } = awkwardTables(size);
  const files: string[] = [];
  for (const { name, header, rows } of tables) {
    const path = join(directory, `${name}_20250331.txt`);
    await writeFile(path, lines(header.join(';'), rows));
    files.push(path);
  }
  return { files, ...truth };
}

/** The same as three tables of a database, whose columns are all text. `files` are their names. */
export async function fillAwkwardDatabase(client: pg.Client, size: AwkwardSize): Promise<AwkwardTruth> {
  const { tables, truth } = awkwardTables(size);
  for (const { name, header, rows } of tables) {
    await client.query(`create table ${name} (${header.map((column) => `"${column}" text`).join(', ')})`);
    const columns = header.map((_, at) => rows.map((row) => row[at]));
    const values = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
    await client.query(`insert into ${name} select * from unnest(${values})`, columns);
  }
  return { files: tables.map(({ name }) => name), ...truth };
}
