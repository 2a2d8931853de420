import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AS_DECLARED, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.load([await world.write('properties.csv', 'property_id,source_id\n1,a\n2,b\n')]);
});
afterAll(() => world.close());

let files = 0;

/** What a dry run says of the lines: `line column reason`. */
async function judge(table: string, text: string | Uint8Array): Promise<readonly string[]> {
  const path = await world.write(`${table}-${files++}.csv`, text);
  const report = await world.load([path], { dryRun: true, format: AS_DECLARED });
  return report.rejects.map(({ line, column, reason }) => `${line} ${column ?? '-'} ${reason}`);
}

describe('a cell', () => {
  const placeholder = 'is a placeholder date, not a day on which something was so';
  const refused: readonly (readonly [column: string, cell: string, reason: string])[] = [
    ['year_built', '1899.5', 'must be a whole number'],
    ['year_built', '1e3', 'must be a whole number'],
    ['year_built', '99999999999', 'must be a whole number'],
    ['year_built', '1599', 'must be at least 1600'],
    ['year_built', '2101', 'must be at most 2100'],
    ['latitude', '90.5', 'must be at most 90'],
    ['latitude', 'nan', 'must be a number'],
    ['latitude', '0x10', 'must be a number'],
    ['latitude', '1e999', 'must be a number'],
    ['last_sale_price', '1e999', 'must be a number'],
    ['last_sale_price', '"1,200"', 'must be a number'],
    ['last_sale_price', '-1', 'must be at least 0'],
    ['renter_occupied_pct', '1.01', 'must be at most 1'],
    ['last_sale_date', '2025-02-30', 'must be a calendar day in YYYY-MM-DD format'],
    ['last_sale_date', '2025-2-3', 'must be a calendar day in YYYY-MM-DD format'],
    ['last_sale_date', '02/03/2025', 'must be a calendar day in YYYY-MM-DD format'],
    ['last_sale_date', '2099-12-31', placeholder],
    ['last_sale_date', '9999-12-31', placeholder],
    ['last_sale_date', '1900-01-01', placeholder],
    ['last_sale_date', '1970-01-01', placeholder],
    ['last_sale_date', '1583-05-01', 'must be between 1600-01-01 and 2199-12-31'],
    ['active', 'maybe', 'must be true or false'],
    ['asset_category', 'castle', 'must be one of: commercial, multifamily, sfr, condo, land, other'],
    ['amenities', 'Pool', 'must be list<text>, in CSV as JSON'],
    ['amenities', '"{""a"":1}"', 'must be list<text>, in CSV as JSON'],
    ['city', 'a\0b', 'must be text without NUL characters'],
  ];
  const stored: readonly (readonly [column: string, cell: string, value: unknown])[] = [
    ['year_built', '1931.0', 1931],
    ['year_built', ' 1931 ', 1931],
    ['latitude', '-.5e1', -5],
    ['last_sale_price', '10.005', 10.01],
    ['last_sale_date', '2024-02-29', '2024-02-29'],
    ['active', 'Yes', true],
    ['active', '0', false],
    ['asset_category', ' SFR', 'sfr'],
    ['amenities', '"[""Pool"",""Gym""]"', ['Pool', 'Gym']],
    ['city', '"say ""hi"", you\nthere"', 'say "hi", you\nthere'],
    ['city', '  kept  ', '  kept  '],
    ['city', '""', null],
  ];

  const FIRST_ID = 1001;

  /** A property for each of them, in whose row that cell alone is filled. */
  function propertyPerCell(cells: readonly (readonly [column: string, cell: string, ...rest: unknown[]])[]): string {
    const columns = [...new Set(cells.map(([column]) => column))];
    const lines = cells.map(
      ([column, cell], index) => `${FIRST_ID + index},${columns.map((each) => (each === column ? cell : '')).join()}`,
    );
    return `property_id,${columns.join()}\n${lines.join('\n')}\n`;
  }

  let reasons: readonly string[];
  beforeAll(async () => {
    await judge('properties', propertyPerCell(refused));
    // The report itself names the first twenty.
    const rejects = parse<Record<string, string>>(await readFile(world.rejectFile), { columns: true });
    reasons = rejects.map(({ line, column, reason }) => `${line} ${column} ${reason}`);
    await world.load([await world.write(`properties-${files++}.csv`, propertyPerCell(stored))]);
  });

  it.each(refused.map((each, index) => [...each, index + 2] as const))('%s %j %s', (column, _cell, reason, line) => {
    expect(reasons.filter((each) => each.startsWith(`${line} `))).toEqual([`${line} ${column} ${reason}`]);
  });

  it.each(stored.map((each, index) => [...each, FIRST_ID + index] as const))(
    '%s %j is stored as %j',
    async (column, _cell, value, id) => {
      const [row] = await world.rows(
        'properties',
        `SELECT ${column} AS value FROM properties WHERE property_id = ${id}`,
      );
      expect(row).toEqual({ value });
    },
  );
});

describe('a row', () => {
  it('has as many cells as the header, and the line in which it begins', async () => {
    const text = 'property_id,city,state\n1,"two\nlines",NY\n\n2,Rome\n3,"a\n\nb",NY,x\n4,Oslo,NY\n';
    expect(await judge('properties', text)).toEqual([
      '5 - has 2 cells, the header has 3',
      '6 - has 4 cells, the header has 3',
    ]);
  });

  it('has its quotes in order; what an open quote swallows is named with it', async () => {
    const fault = 'has a quote inside an unquoted cell, or a quoted cell that is not closed';
    expect(await judge('properties', 'property_id,city\n1,5" pipe" x\n2,Rome\n')).toEqual([`2 - ${fault}`]);
    expect(await judge('properties', 'property_id,city\n1,Rome\n2,"open\n3,Oslo\n')).toEqual([`3 - ${fault}`]);
  });

  it('is UTF-8; the others keep their line numbers', async () => {
    const bad = Buffer.concat([
      Buffer.from('\ufeffproperty_id,city\r\n1,"Malmö\r\n"\r\n2,M'),
      Buffer.from([0xe4]),
      Buffer.from('lmö\r\n3,'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('\r\n4,Rome,x\r\n'),
    ]);
    expect(await judge('properties', bad)).toEqual([
      '4 - is not UTF-8',
      '5 - is not UTF-8',
      '6 - has 3 cells, the header has 2',
    ]);
  });

  it('is no longer than two megabytes', async () => {
    const text = `property_id,city\n1,${'x'.repeat(3_000_000)}\n2,Rome,x\n`;
    expect(await judge('properties', text)).toEqual([
      '2 - is longer than 2097152 bytes',
      '3 - has 3 cells, the header has 2',
    ]);
  });

  it('keeps its line number behind a hundred thousand others', async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 10},"${'x'.repeat(index % 400)}"`);
    lines[70_000] = '7,"two\nlines"';
    lines[90_000] = 'x,';
    expect(await judge('properties', `property_id,city\r\n${lines.join('\r\n')}`)).toEqual([
      '90003 property_id must be a whole number',
    ]);
  });

  it('says which property it is of', async () => {
    expect(await judge('properties', 'property_id,source_id\n,c\n4,\n,\n')).toEqual([
      '4 property_id is missing, and so is source_id',
    ]);
    expect(await judge('property_days', 'source_id,date\n,2025-01-01\n')).toEqual(['2 source_id is missing']);
    expect(await judge('property_days', 'property_id,date\n1,\n')).toEqual(['2 date is missing']);
    expect(await judge('properties', 'property_id,city\n0,x\n9007199254740993,y\n-4,z\n')).toEqual([
      '2 property_id must be at least 1',
      '3 property_id must be at most 9007199254740991',
      '4 property_id must be at least 1',
    ]);
  });

  it('is of a known property', async () => {
    expect(await judge('property_days', 'property_id,date\n1,2025-01-01\n7,2025-01-01\n')).toEqual([
      '3 property_id is not in properties',
    ]);
    expect(await judge('property_days', 'source_id,date\na,2025-01-01\nz,2025-01-01\n')).toEqual([
      '3 source_id is not in properties',
    ]);
  });

  it('is the first of its key', async () => {
    const text = 'property_id,source_id,date\n1,,2025-01-01\n,a,2025-01-01\n1,,2025-01-02\n1,,2025-01-01\n';
    expect(await judge('property_days', text)).toEqual([
      '3 property_id, date has the key of line 2',
      '5 property_id, date has the key of line 2',
    ]);
    expect(await judge('properties', 'source_id\nnew\nnew\n')).toEqual(['3 property_id has the key of line 2']);
  });

  it('does not give the key of one property to another', async () => {
    expect(await judge('properties', 'property_id,source_id\n2,a\n5,new\n6,new\n')).toEqual([
      '2 source_id belongs to property 1',
      '4 source_id belongs to property 5',
    ]);
  });
});

it('writes every reject to the file, with value and further faults', async () => {
  const path = await world.write('properties-all.csv', 'property_id,year_built,latitude\nx,1,"9,1"\n1,1950,3\n');
  const report = await world.load([path], { dryRun: true, format: AS_DECLARED });
  expect(report).toMatchObject({ rejected: 1, rejectFile: world.rejectFile, version: null });
  expect(parse(await readFile(world.rejectFile, 'utf8'), { columns: true })).toEqual([
    {
      file: path,
      line: '2',
      column: 'property_id',
      reason: 'must be a whole number',
      value: 'x',
      other_faults: 'latitude must be a number; year_built must be at least 1600',
    },
  ]);
});
