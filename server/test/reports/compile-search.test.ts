/** What a search finds on the real engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isConveyanceError } from '../../src/core/errors.ts';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { printCensus, printPart } from '../../src/duckdb/print/rows.ts';
import { compileSearch, compileSearchPage } from '../../src/reports/compile-search.ts';
import { searchConditions } from '../../src/reports/details/search-area.ts';
import { parseSearchSettings, SEARCH_SETTINGS } from '../../src/reports/details/search-settings.ts';
import { type DetailWorld, openDetailWorld } from './detail-world.ts';
import type { Fields, Warehouse } from './engine-tables.ts';

let world: DetailWorld;
beforeAll(async () => {
  world = await openDetailWorld();
});
afterAll(() => world.close());

const WAREHOUSE: Warehouse = {
  properties: [
    { property_id: 1, city: 'New York', state: 'NY', building_area: 100_000, zip_code: '10001-0001', year_built: 1931 },
    { property_id: 2, city: 'NEW YORK', state: 'ny', building_area: 99_999.5, zip_code: '10002', owner_occupied: true },
    { property_id: 3, city: 'Newark', state: 'NJ', building_area: 250_000, owner_occupied: false, unit_count: 40 },
    { property_id: 4, city: "O'Fallon", state: 'MO', total_units: 12, unit_count: 40, lot_size_acres: 1 },
    { property_id: 5, tax_update_time: '2024-05-01', asset_category: 'multifamily', fips: '36061' },
  ],
  sales: [
    { property_id: 1, sale_id: 'a', sale_date: '2010-01-01', sale_amount: 5_000_000 },
    { property_id: 1, sale_id: 'b', sale_date: '2020-01-01', sale_amount: 9_000_000 },
    { property_id: 1, sale_id: 'c', sale_amount: 1 },
    { property_id: 2, sale_id: 'a', recording_date: '2015-06-30', sale_amount: 5_000_000 },
  ],
  mortgages: [
    { property_id: 1, mortgage_id: 'a', recording_date: '2019-01-01', amount: 100 },
    { property_id: 1, mortgage_id: 'b', recording_date: '2021-01-01', amount: 200 },
  ],
};

let version: DataVersion;
beforeAll(async () => {
  version = await world.write(WAREHOUSE);
});

async function found(settings: Fields, grants: 'all' | PropertyIdSet = 'all'): Promise<readonly unknown[]> {
  const conditions = parseSearchSettings(settings);
  const rows = await world.rows(compileSearch(conditions, version, grants));
  const page = await world.read(compileSearchPage(conditions, version, grants, { after: 0, limit: 100 }));
  const listed = page.filter((row) => row['id'] !== null);
  expect(listed.map((row) => row['id'])).toEqual(rows.map((row) => row['id']));
  expect(page[0]?.['count']).toBe(rows.length);
  return listed.map((row) => row['property_id']);
}

test.each(SEARCH_SETTINGS.filter(({ kind }) => kind === 'numbers').map(({ name }) => name))(
  'a bound of %s may be any number, however far it is from all that is stored',
  async (name) => {
    for (const far of [Number.MAX_VALUE, 2 ** 63, 1e17, Number.MIN_VALUE]) {
      const everything = await found({ [name]: { min: -far, max: far } });
      const above = await found({ [name]: { min: far } });
      // The smallest is no bound of what is stored, but of what is not below it.
      expect([above.length > 0, everything.length > 0]).toEqual([far === Number.MIN_VALUE, far !== Number.MIN_VALUE]);
    }
  },
);

test.each<[string, Fields, readonly number[]]>([
  ['nothing set: every property', {}, [1, 2, 3, 4, 5]],
  ['the guide’s example', { city: ['New York'], state: ['NY'], building_area: { min: 100_000 } }, [1]],
  ['a list is any of its values, in any case', { city: ['new york', 'NEWARK'] }, [1, 2, 3]],
  ['blanks around a value do not count', { city: [' Newark '] }, [3]],
  ['a quote is a character like any other', { city: ["O'Fallon"] }, [4]],
  ['settings hold together', { city: ['New York', 'Newark'], building_area: { min: 200_000 } }, [3]],
  ['both ends of a range are in it', { building_area: { min: 99_999.5, max: 100_000 } }, [1, 2]],
  ['one end is enough', { year_built: { max: 1931 } }, [1]],
  ['the first five digits of a ZIP code', { zip5: ['10001', '10002'] }, [1, 2]],
  ['true', { owner_occupied: true }, [2]],
  ['false is not the same as unknown', { owner_occupied: false }, [3]],
  ['units, or rental units where only those are known', { total_units: { min: 12, max: 12 } }, [4]],
  ['rental units', { total_units: { min: 40 } }, [3]],
  ['square feet of a lot of which acres are known', { lot_size_sqft: { min: 43_560, max: 43_560 } }, [4]],
  ['the price of the latest sale, not of any', { sales_price: { min: 5_000_000, max: 6_000_000 } }, [2]],
  ['the latest sale has a day', { sales_price: { min: 9_000_000 } }, [1]],
  ['the recording’s day where the sale’s is unknown', { sales_date: { min: '2015-06-30', max: '2015-06-30' } }, [2]],
  ['the mortgage recorded last', { mortgage_amount: { max: 150 } }, []],
  ['and its day', { mortgage_recording_date: { min: '2021-01-01' }, mortgage_amount: { min: 200 } }, [1]],
  ['a day of updates', { tax_update_time: { min: '2024-05-01' } }, [5]],
  ['a state by its name, however it was stored', { state: ['New York'] }, [1, 2]],
  ['a category and a county', { asset_category: ['Multifamily'], fips: ['36061'] }, [5]],
])('%s', async (_, settings, expected) => {
  expect(await found(settings)).toEqual(expected);
});

test('a line has the UUID and the seven days of updates', async () => {
  const [line = ''] = await world.lines(
    compileSearch(parseSearchSettings({ tax_update_time: { min: '2024-01-01' } }), version, 'all'),
  );
  expect(JSON.parse(line)).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    master_update_time: '1990-01-01',
    building_update_time: '1990-01-01',
    owner_update_time: null,
    sale_update_time: null,
    mtg_update_time: null,
    tax_update_time: '2024-05-01',
    shape_update_time: '1990-01-01',
  });
});

describe('in steps', () => {
  const RANGE = { building_area: { min: 99_999.5, max: 99_999.5 } };

  async function foundInSteps(settings: Fields, paid: readonly number[] = []): Promise<readonly unknown[]> {
    const steps = { paid: Float64Array.from(paid) };
    const rows = await world.read(
      compileSearchPage(parseSearchSettings(settings), version, 'all', { after: 0, limit: 100 }, steps),
    );
    return rows.map((row) => row['property_id']).filter((id) => id !== null);
  }

  test.each<[string, Fields, readonly number[]]>([
    ['a range is the steps of both its ends', { building_area: { min: 245_000, max: 251_000 } }, [3]],
    ['a step ends before the next', { building_area: { min: 91_000, max: 99_999.5 } }, [2]],
    ['both ends at one value are its step, not the value', { sales_price: { min: 5_050_000, max: 5_050_000 } }, [2]],
    ['a day is its month', { sales_date: { min: '2015-06-01', max: '2015-06-02' } }, [2]],
    ['whole months are as they were asked', { sales_date: { min: '2015-07-01' } }, [1]],
    ['what is shown anyway is exact', { tax_update_time: { min: '2024-05-02' } }, []],
    ['and the year of construction', { year_built: { min: 1930, max: 1930 } }, []],
    ['small numbers are whole', { total_units: { min: 12, max: 12 } }, [4]],
  ])('%s', async (_, settings, expected) => {
    expect(await foundInSteps(settings)).toEqual(expected);
    const exactly = await found(settings);
    expect(expected).toEqual(expect.arrayContaining([...exactly]));
  });

  test('what is paid for is compared exactly, beside what is not', async () => {
    const settings = { building_area: { min: 99_000, max: 99_100 } };
    expect(await foundInSteps(settings)).toEqual([2]);
    expect(await foundInSteps(settings, [2])).toEqual([]);
    expect(await foundInSteps(settings, [1, 3, 2 ** 40])).toEqual([2]);
    expect(await foundInSteps(RANGE, [2])).toEqual([2]);
  });

  test('each of several ranges must hold exactly for what is paid for', async () => {
    const settings = { sales_price: { min: 8_950_000 }, sales_date: { max: '2020-01-15' } };
    expect(await foundInSteps(settings, [1])).toEqual([1]);
    expect(await foundInSteps({ ...settings, sales_price: { min: 9_050_000 } })).toEqual([1]);
    expect(await foundInSteps({ ...settings, sales_price: { min: 9_050_000 } }, [1])).toEqual([]);
  });

  test('a property without a value is not found, paid for or not', async () => {
    const settings = { lot_size_sqft: { min: 1.5 } };
    expect(await foundInSteps(settings)).toEqual([4]);
    expect(await foundInSteps(settings, [1, 2, 3, 4, 5])).toEqual([4]);
  });
});

test('an account finds what it may see', async () => {
  expect(await found({ city: ['New York', 'Newark'] }, PropertyIdSet.of([2, 3, 99]))).toEqual([2, 3]);
  expect(await found({}, PropertyIdSet.of([]))).toEqual([]);
});

test('pages follow each other by id and all tell the count', async () => {
  const page = (after: number) => world.read(compileSearchPage([], version, 'all', { after, limit: 2 }));
  const summary = (rows: readonly Fields[]) => rows.map((row) => [row['count'], row['property_id']]);
  expect(summary(await page(0))).toEqual([
    [5, 1],
    [5, 2],
  ]);
  expect(summary(await page(4))).toEqual([[5, 5]]);
  expect(summary(await page(5))).toEqual([[5, null]]);
});

test('finds nothing before anything is loaded', async () => {
  const empty = { ...version, tables: {} };
  expect(await world.rows(compileSearch(parseSearchSettings({ sales_price: { min: 1 } }), empty, 'all'))).toEqual([]);
});

test('no value is in the text of a query', () => {
  const marked = parseSearchSettings({
    city: ['marked-city'],
    building_area: { min: 765_432.25 },
    sales_date: { min: '2019-09-19' },
  });
  const { rows } = compileSearch(marked, version, 'all');
  for (const text of [JSON.stringify(rows), printCensus(rows), printPart(rows)]) {
    for (const value of ['marked-city', '765432', '2019-09-19']) expect(text).not.toContain(value);
  }
});

test('the same search is the same query, in whichever order it is written', () => {
  const query = (settings: Fields) => compileSearch(parseSearchSettings(settings), version, 'all').rows;
  expect(query({ year_built: { min: 1 }, city: ['a'] })).toEqual(query({ city: ['b'], year_built: { min: 2 } }));
});

describe('settings that cannot be read', () => {
  function faults(settings: unknown): readonly string[] {
    try {
      parseSearchSettings(settings);
    } catch (error) {
      if (!isConveyanceError(error, 'invalid_parameter')) throw error;
      return error.errors ?? [error.message];
    }
    return [];
  }

  test.each<[unknown, string]>([
    [undefined, 'settings must be a JSON object'],
    [['city'], 'settings must be a JSON object'],
    [{ citty: ['x'] }, 'settings contains unknown setting citty (nearest: city)'],
    [{ toString: ['x'] }, 'settings contains unknown setting toString'],
    [{ city: 'New York' }, 'city must be a list of texts, as in ["New York"]'],
    [{ city: null }, 'city must be a list of texts'],
    [{ city: 'x'.repeat(300) }, 'city must be a list of texts'],
    [
      { city: [] },
      'city must be a list of 1 to 1000 texts of 1 to 200 characters, none of them NUL or half a surrogate pair',
    ],
    [{ zip5: [30350] }, 'zip5 must be a list of texts, as in ["30350"]'],
    [
      { city: Array(1001).fill('x') },
      'city must be a list of 1 to 1000 texts of 1 to 200 characters, none of them NUL or half a surrogate pair',
    ],
    [{ year_built: 1990 }, 'year_built must be an object with min, max or both'],
    [{ year_built: {} }, 'year_built must have min, max or both'],
    [{ year_built: { from: 1990 } }, 'year_built has from; a range has min, max or both'],
    [{ year_built: { min: '1990' } }, 'year_built.min must be a number'],
    [{ year_built: { min: 2000, max: 1990 } }, 'year_built.min must not be greater than year_built.max'],
    [{ sales_date: { max: '2025-02-30' } }, 'sales_date.max must be a calendar day in YYYY-MM-DD format'],
    [{ owner_occupied: 'yes' }, 'owner_occupied must be true or false'],
  ])('%j', (settings, message) => {
    expect(faults(settings)).toContain(message);
  });

  test('are told all at once', () => {
    expect(faults({ citty: [], year_built: 1, owner_occupied: 1 })).toHaveLength(3);
  });
});

test('every setting compares something that can be compared', async () => {
  const examples = {
    texts: ['x'],
    numbers: { min: 1, max: 2 },
    days: { min: '2024-01-01', max: '2024-01-02' },
    flag: false,
  };
  const known: Fields = { state: ['WY'], zip5: ['99999'], fips: ['99999'], asset_category: ['land'] };
  for (const { name, kind, description } of SEARCH_SETTINGS) {
    expect(await found({ [name]: known[name] ?? examples[kind] }), name).toEqual(name === 'owner_occupied' ? [3] : []);
    expect(description, name).toMatch(/^[\p{Lu}`0-9].*\.$/u);
  }
});

test('a box on the map has what lies in it and on its edges; what has no coordinates lies in none', async () => {
  const somewhere = await world.write({
    properties: [
      { property_id: 1, latitude: 41, longitude: -74 },
      { property_id: 2, latitude: 40.5, longitude: -73.5 },
      { property_id: 3, latitude: 40, longitude: -73 },
      { property_id: 4, latitude: 41.000001, longitude: -74 },
      { property_id: 5, latitude: 40.5, longitude: -72.9 },
      { property_id: 6 },
    ],
  });
  const boundingBox = { north: 41, south: 40, west: -74, east: -73 };
  const inBox = await world.rows(compileSearch(searchConditions({ settings: {}, boundingBox }), somewhere, 'all'));
  const all = await world.rows(compileSearch(searchConditions({ settings: {} }), somewhere, 'all'));
  expect(inBox.map((row) => row['id'])).toEqual(all.slice(0, 3).map((row) => row['id']));
  expect(all).toHaveLength(6);
});
