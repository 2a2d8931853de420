/** What a mapping makes of a provider's cells, in every format, and which rows it keeps. */
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../src/warehouse/load/load.ts';
import { type FileMapping, readMapping } from '../../src/warehouse/mapping/mapping.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

function mappingOf(document: object): readonly FileMapping[] {
  const { files, faults } = readMapping({ mapping: 1, ...document });
  if (files === null) throw new Error(JSON.stringify(faults));
  return files;
}

const COLUMNS = {
  property_id: 'No',
  property_name: { column: 'Name' },
  address: { concat: ['House', 'Street', 'Suffix'], with: ' ' },
  city: { column: 'City, State', split: ',', part: 1 },
  state: { column: 'City, State', split: ',', part: -1 },
  county: { constant: "O'Brien; DROP TABLE x --" },
  management_company_name: { first: ['Manager', 'Owner'] },
  year_built: { column: 'Built', take: 'year' },
  renter_occupied_pct: { column: 'Renters', unit: 'percent' },
  last_sale_price: { column: 'Price (000s)', unit: 'thousand' },
  asset_category: { column: 'Kind', values: { Apts: 'multifamily', OFFICE: 'commercial' } },
  active: { column: 'Status', values: { open: true, closed: false }, otherwise: 'empty' },
  amenities: { column: 'Features', list: ';' },
};

const HEADER = [
  'No',
  'Name',
  'House',
  'Street',
  'Suffix',
  'City, State',
  'Manager',
  'Owner',
  'Built',
  'Renters',
  'Price (000s)',
  'Kind',
  'Status',
  'Features',
];
const ROWS = [
  ['1', 'Elm', '12', 'Elm', 'St', 'Rome, GA', '', 'Ann', 'c. 1920', '57.3', '1250.5', 'apts', 'Open', 'Pool; Gym;'],
  ['2', 'Oak', '7', 'Oak', '', 'St. Paul, MN', 'Bob', 'Ann', '1985', '95.3', '20192', 'Office', 'closed', 'Pool'],
  ['3', 'Ash', '', 'Ash', 'Ave', 'Reno, NV', '', '', '1999', '0', '', 'Condo', 'unknown', ''],
];

const STORED = [
  [
    1,
    'Elm',
    '12 Elm St',
    'Rome',
    'GA',
    "O'Brien; DROP TABLE x --",
    'Ann',
    1920,
    0.573,
    1250500,
    'multifamily',
    true,
    '["Pool","Gym"]',
  ],
  [
    2,
    'Oak',
    '7 Oak',
    'St. Paul',
    'MN',
    "O'Brien; DROP TABLE x --",
    'Bob',
    1985,
    0.953,
    20192000,
    'commercial',
    false,
    '["Pool"]',
  ],
  [3, 'Ash', 'Ash Ave', 'Reno', 'NV', "O'Brien; DROP TABLE x --", null, 1999, 0, null, 'condo', null, null],
];

function quoted(cells: readonly string[]): string {
  return cells.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(',');
}

async function load(path: string, mapping: readonly FileMapping[], options: Partial<LoadOptions> = {}) {
  return world.load([path], { mapping, ...options });
}

async function stored() {
  const rows = await world.rows(
    'properties',
    `SELECT ${Object.keys(COLUMNS).join(', ')} FROM properties ORDER BY property_id`,
  );
  return rows.map((row) => Object.values(row).map((value) => (Array.isArray(value) ? JSON.stringify(value) : value)));
}

async function parquet(): Promise<string> {
  const path = `${world.directory}/acme.parquet`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const row = (cells: readonly string[]) =>
    `(${cells.map((cell, index) => (cell === '' ? 'NULL' : index === 0 || index === 9 ? cell : `'${cell}'`)).join(', ')})`;
  const names = HEADER.map((name) => `"${name}"`).join(', ');
  await connection.run(`COPY (FROM (VALUES ${ROWS.map(row).join(', ')}) AS t(${names})) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

describe('a mapping makes the same rows', () => {
  const mapping = () => mappingOf({ files: [{ file: 'acme*', table: 'properties', columns: COLUMNS }] });

  it.each<[string, () => Promise<string>]>([
    ['of CSV', () => world.write('acme-1.csv', `${[HEADER, ...ROWS].map(quoted).join('\n')}\n`)],
    [
      'of JSONL',
      () => {
        const lines = ROWS.map((cells) =>
          JSON.stringify(Object.fromEntries(cells.map((cell, index) => [HEADER[index], cell]))),
        );
        return world.write('acme-1.jsonl', `${lines.join('\n')}\n`);
      },
    ],
    ['of Parquet', parquet],
  ])('%s', async (_, path) => {
    const report = await load(await path(), mapping());
    expect(report.rejects).toEqual([]);
    expect(await stored()).toEqual(STORED);
    await world.load([await world.write('properties.csv', 'property_id,property_name\n1,x\n2,x\n3,x\n')]);
  });

  it('and a faulty cell is told by its line and as the mapping made it', async () => {
    const text = `${[HEADER, ['4', 'x', '', '', '', 'Rome, XX', '', '', 'soon', '101%', '1', 'Castle', '', '']].map(quoted).join('\n')}\n`;
    const { rejects } = await load(await world.write('acme-2.csv', text), mapping(), { dryRun: true });
    expect(rejects).toMatchObject([{ line: 2, column: 'state', value: 'XX' }]);
    expect(rejects[0]?.otherFaults).toContain('year_built must be a whole number');
    expect(rejects[0]?.otherFaults).toContain('asset_category must be one of');
    expect(rejects[0]?.otherFaults).toContain('renter_occupied_pct must be at most 1');
  });
});

describe('rows', () => {
  const keep = (where: string) =>
    mappingOf({
      files: [{ table: 'properties', columns: { property_id: 'No', state: 'State', year_built: 'Built' }, where }],
    });
  const TEXT = 'No,State,Built\n11,GA,1990\n12,TX,2005\n13,GA,2010\nTotal,,\n14,GA,soon\n15,,1990\n';

  it('are kept by a condition on our columns; the others are counted, faulty ones told', async () => {
    const path = await world.write('rows.csv', TEXT);
    const report = await load(path, keep("state = 'GA' AND year_built BETWEEN 1980 AND 2009"), { dryRun: true });
    expect(report.files).toMatchObject([{ rows: 2, leftOut: 4, rejected: 1 }]);
    expect(report.rejects).toMatchObject([{ line: 6, column: 'year_built', value: 'soon' }]);
  });

  it.each([
    ["state = 'GA' OR", 'condition, character 16:'],
    ['city = 1', 'there is no column city'],
  ])('by %s are refused', async (where, message) => {
    await expect(load(await world.write('rows.csv', TEXT), keep(where))).rejects.toThrow(message);
  });
});

describe('files', () => {
  const mapping = mappingOf({
    files: [
      { file: 'roll*.csv', table: 'properties', columns: { source_id: 'Key', city: 'Town' } },
      { file: 'roll*.csv', table: 'units', columns: { source_id: 'Key', unit_id: 'Door', bedroom_count: 'Beds' } },
    ],
  });

  it('fill several tables, if several entries are of them', async () => {
    const path = await world.write('feed/roll-2025.csv', 'Key,Town,Door,Beds\na-1,Rome,101,2\nb-2,Bonn,7,0\n');
    await world.write('feed/readme.txt', 'x');
    const report = await world.load([path.slice(0, path.lastIndexOf('/'))], { mapping });
    expect(report.tables.map(({ table, loaded }) => [table, loaded])).toEqual([
      ['properties', 2],
      ['units', 2],
    ]);
    expect(report.skippedFiles).toEqual([path.replace('roll-2025.csv', 'readme.txt')]);
    expect((await world.deps.db.warehouse.versions())[0]?.origin).not.toHaveProperty('mapping');
  });

  it('of which it is not are refused, and so is one without a column that it names', async () => {
    const other = await world.write('other.csv', 'Key\n1\n');
    await expect(load(other, mapping)).rejects.toThrow(
      `${other} is none of the files that the mapping is of: roll*.csv`,
    );
    const short = await world.write('roll-x.csv', 'Key,Towne\n1,Rome\n');
    await expect(load(short, mapping)).rejects.toThrow(
      `${short} has no column Town, of which the mapping makes city (nearest: Towne); its columns are Key, Towne`,
    );
  });

  it('have the mapping’s name in the origin of their version', async () => {
    const path = await world.write('roll-3.csv', 'Key,Town,Door,Beds\nc-1,Oslo,1,1\n');
    await load(path, mapping, { mappingName: 'acme.yaml' });
    expect((await world.deps.db.warehouse.versions())[0]?.origin).toMatchObject({ kind: 'load', mapping: 'acme.yaml' });
  });
});

describe('a document is refused', () => {
  const file = { table: 'properties', columns: { property_id: 'No' } };
  it.each<[string, object, readonly (string | number)[], string]>([
    ['of another version', { mapping: 2, files: [file] }, ['mapping'], 'must be 1'],
    ['without files', { mapping: 1, files: [] }, ['files'], ''],
    [
      'with an unknown key',
      { mapping: 1, files: [{ ...file, wher: 'x' }] },
      ['files', 0, 'wher'],
      'there is no key wher (nearest: where)',
    ],
    [
      'of an unknown table',
      { mapping: 1, files: [{ ...file, table: 'propertys' }] },
      ['files', 0, 'table'],
      'there is no table propertys (nearest: properties)',
    ],
    [
      'with an unknown column',
      { mapping: 1, files: [{ ...file, columns: { property_id: 'No', citty: 'x' } }] },
      ['files', 0, 'columns', 'citty'],
      'has no column citty (nearest: city)',
    ],
    [
      'with two sources',
      { mapping: 1, files: [{ ...file, columns: { city: { column: 'a', constant: 'b' } } }] },
      ['files', 0, 'columns', 'city'],
      'must have exactly one of column, constant, concat, first',
    ],
    [
      'with half a split',
      { mapping: 1, files: [{ ...file, columns: { city: { column: 'a', split: ',' } } }] },
      ['files', 0, 'columns', 'city'],
      'must have both or none of `split` and `part`',
    ],
    [
      'with a unit of text',
      { mapping: 1, files: [{ ...file, columns: { city: { column: 'a', unit: 'percent' } } }] },
      ['files', 0, 'columns', 'city', 'unit'],
      'city is no amount that has a unit',
    ],
  ])('%s', (_, document, path, message) => {
    const { faults } = readMapping(document);
    expect(faults?.[0]?.path).toEqual(path);
    expect(faults?.[0]?.message).toContain(message);
  });
});
