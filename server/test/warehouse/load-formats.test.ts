import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await world.load([await world.write('properties.csv', 'property_id,source_id\n1,a\n2,b\n')]);
});
afterAll(() => world.close());

let files = 0;

async function judge(path: string): Promise<readonly string[]> {
  const report = await world.load([path], { dryRun: true });
  return report.rejects.map(({ line, column, reason }) => `${line} ${column ?? '-'} ${reason}`);
}

async function writeParquet(table: string, select: string): Promise<string> {
  const path = `${world.directory}/${table}-${files++}.parquet`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

describe('JSON lines', () => {
  const write = (lines: readonly string[]) => world.write(`properties-${files++}.jsonl`, `${lines.join('\n')}\n`);

  it('are judged by line', async () => {
    const path = await write([
      '{"property_id": 1, "city": "Rome"}',
      '',
      '{"property_id": 2, "city": "Rome"',
      '[3]',
      '{"property_id": "4", "city": {"name": "Rome"}}',
      '{"property_id": 5.5, "city": true}',
      '{"property_id": 6, "year_built": [1950], "amenities": ["Pool"]}',
      '{"property_id": 7, "year_built": 1500, "amenities": "Pool"}',
      '{"city": null}',
      '{"property_id": 9007199254740993}',
      '{"property_id": 8, "city": "a\\u0000b"}',
    ]);
    expect(await judge(path)).toEqual([
      '3 - is not one JSON object',
      '4 - is not one JSON object',
      '5 city must be text without NUL characters',
      '6 property_id must be a whole number',
      '7 year_built must be a whole number',
      '8 year_built must be at least 1600',
      '9 property_id is missing',
      '10 property_id must be at most 9007199254740991',
      '11 city must be text without NUL characters',
    ]);
  });

  it('bring numbers, text, truth values, dates, lists and nulls', async () => {
    const path = await write([
      '{"property_id":1,"zip_code":98121,"latitude":47.5,"active":false,"last_sale_date":"2020-05-01","amenities":["a","b"],"city":null}',
    ]);
    await world.load([path]);
    expect(
      await world.rows(
        'properties',
        'SELECT zip_code, latitude, active, last_sale_date, amenities, city FROM properties WHERE property_id = 1',
      ),
    ).toEqual([
      {
        zip_code: '98121',
        latitude: 47.5,
        active: false,
        last_sale_date: '2020-05-01',
        amenities: ['a', 'b'],
        city: null,
      },
    ]);
  });

  it('take keys that need escaping from --map', async () => {
    const path = await write(['{"a/b~\\"c": 1, "city": "Bonn"}']);
    await world.load([path], { columnNames: new Map([['property_id', 'a/b~"c']]) });
    expect(await world.rows('properties', 'SELECT city FROM properties WHERE property_id = 1')).toEqual([
      { city: 'Bonn' },
    ]);
  });

  it('may be compressed', async () => {
    const path = await world.write('properties.ndjson.gz', gzipSync('{"property_id":1}\n{"property_id":"x"}\n'));
    expect(await judge(path)).toEqual(['2 property_id must be a whole number']);
  });

  it('in one array are refused, with what to do', async () => {
    const path = await world.write(`properties-${files++}.json`, '\n [{"property_id":1}]');
    await expect(world.load([path])).rejects.toMatchObject({
      code: 'load_refused',
      message: `${path} is one JSON array; write an object per line, as \`jq -c '.[]'\` makes of it`,
    });
  });

  it('carry lists of structs', async () => {
    const good = '[{"from_date":"2025-01-01","price":1500,"effective_price":null}]';
    const path = await world.write(
      'unit_days.jsonl',
      [
        `{"property_id":1,"unit_id":"1_1","date":"2025-01-01","price_history":${good}}`,
        '{"property_id":1,"unit_id":"1_2","date":"2025-01-01","price_history":[{"from_date":"2025-02-30","price":1,"effective_price":1}]}',
        '{"property_id":1,"unit_id":"1_3","date":"2025-01-01","price_history":[{"cost":1}]}',
        '{"property_id":1,"unit_id":"","date":"2025-01-01"}',
      ].join('\n'),
    );
    const report = await world.load([path]);
    const shape = 'must be list<struct<from_date: date, price: money, effective_price: money>>, in CSV as JSON';
    expect(report.rejects.map(({ line, column, reason }) => `${line} ${column} ${reason}`)).toEqual([
      `2 price_history ${shape}`,
      `3 price_history ${shape}`,
      '4 unit_id is missing',
    ]);
    expect(await world.rows('unit_days', 'SELECT price_history FROM unit_days')).toEqual([
      { price_history: [{ from_date: '2025-01-01', price: 1500, effective_price: null }] },
    ]);
  });
});

describe('CSV', () => {
  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['commas', ','],
  ])('may have %s between its cells, and the others in them', async (_, separator) => {
    const record = (...cells: readonly string[]) => cells.join(separator);
    const path = await world.write(
      `properties-${files++}.csv`,
      [
        record('property_id', 'address', 'city', '"property_name"'),
        record('1', '"1, A; St\t"', 'Bangor', '"say ""hi"""'),
        record('2', 'x', 'y'),
        '',
      ].join('\n'),
    );
    const { rejects } = await world.load([path], { maxRejects: 10 });
    expect(rejects).toMatchObject([{ line: 3, reason: 'has 3 cells, the header has 4' }]);
    const rows = await world.rows(
      'properties',
      'SELECT address, city, property_name FROM properties WHERE property_id = 1',
    );
    expect(rows).toEqual([{ address: '1, A; St\t', city: 'Bangor', property_name: 'say "hi"' }]);
  });
});

describe('Parquet', () => {
  it('is judged by row', async () => {
    const path = await writeParquet(
      'properties',
      `SELECT * FROM (VALUES
        (1.0::DOUBLE, 1950::BIGINT, 'SFR', DATE '2020-01-01', ['x'], 1::TINYINT),
        (2.5, 1950, 'sfr', DATE '2020-01-01', NULL, 0),
        (3, 99999999999, 'sfr', DATE '2099-12-31', NULL, 0),
        (4, NULL, 'castle', NULL, NULL, 2)
      ) AS t(property_id, year_built, asset_category, last_sale_date, amenities, active)`,
    );
    const report = await world.load([path], { dryRun: true });
    expect(
      report.rejects.map(({ line, column, reason, otherFaults }) => ({ line, column, reason, otherFaults })),
    ).toEqual([
      { line: 2, column: 'property_id', reason: 'must be a whole number', otherFaults: null },
      {
        line: 3,
        column: 'year_built',
        reason: 'must be a whole number',
        otherFaults: 'last_sale_date is a placeholder date, not a day on which something was so',
      },
      {
        line: 4,
        column: 'active',
        reason: 'must be true or false',
        otherFaults: 'asset_category must be one of: commercial, multifamily, sfr, condo, land, other',
      },
    ]);
  });

  it('gives text columns what a text file would', async () => {
    const path = await writeParquet(
      'property_days',
      `SELECT * FROM (VALUES ('1', '2025-01-31', 'nan'::DOUBLE, '10.5'), ('x', '2025-02-30', 1, '-1'))
       AS t(property_id, date, avg_rent, min_rent)`,
    );
    expect(await judge(path)).toEqual(['1 avg_rent must be a number', '2 property_id must be a whole number']);
  });

  it('is refused where a column can never be read', async () => {
    const path = await writeParquet('properties', `SELECT 1 AS property_id, DATE '2020-01-01' AS year_built`);
    await expect(world.load([path])).rejects.toMatchObject({
      code: 'load_refused',
      message: `${path}: column year_built is DATE, which cannot be read as count, the type of year_built`,
    });
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['properties.parquet', 'no parquet', 'cannot be read as parquet'],
    ['properties.csv', '', 'is empty: a CSV file begins with the names of its columns'],
    [
      'properties.csv',
      Buffer.from([0xc3, 0xa9, 0xff, 0xfe, 0x0a, 0x31, 0x0a]),
      'has a header that cannot be read: its column names must be UTF-8 text in one line',
    ],
    [
      'properties.csv',
      'property_id,city\r\n1,"a\rb"\r\n',
      'has carriage returns that do not belong to a line end; save it with LF or CRLF line ends',
    ],
    ['properties.csv', 'property_id,city,city\n1,a,b\n', 'has two columns named city'],
  ])('%s %j is refused', async (name, text, fault) => {
    const path = await world.write(name, text);
    await expect(world.load([path])).rejects.toMatchObject({ code: 'load_refused', message: `${path} ${fault}` });
  });
});
