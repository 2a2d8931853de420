import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DETAIL_SOURCES, type DetailSource } from '../../src/reports/details/detail.ts';
import { TABLES, type TableName } from '../../src/warehouse/tables.ts';
import { type DataSet, type DemoWorld, openDemoWorld } from './world.ts';

const REPORT_TABLES = ['floorplans', 'units', 'property_days', 'floorplan_days', 'unit_days'] as const;
const DETAIL_TABLES = Object.keys(DETAIL_SOURCES) as DetailSource[];
const ALL_TABLES = ['properties' as const, ...REPORT_TABLES, ...DETAIL_TABLES];
/** The columns that files bring; a load computes the others. */
function columnsOf(table: TableName) {
  return TABLES[table].columns.filter(({ computed }) => computed === undefined);
}
const GUIDE_IDS = [99001416, 99001470, 99004737];

let world: DemoWorld;
beforeAll(async () => {
  world = await openDemoWorld();
});
afterAll(() => world.close());

async function single(data: DataSet, sql: string): Promise<Record<string, number>> {
  const [row = {}] = await data.query(sql);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
}

describe('the smallest data set', () => {
  let tiny: DataSet;
  beforeAll(async () => {
    tiny = await world.generate({ size: 'tiny' });
  });

  it('ends with the last full month', () => {
    expect([tiny.firstDay, tiny.lastDay]).toEqual(['2025-10-03', '2025-12-31']);
  });

  it('is the same in every byte when made again, also by more threads or fewer', async () => {
    const alone = await openDemoWorld(1);
    try {
      const others = [await world.generate({ size: 'tiny' }), await alone.generate({ size: 'tiny' })];
      for (const table of ALL_TABLES) {
        const bytes = await tiny.bytes(table);
        for (const other of others) expect(bytes.equals(await other.bytes(table)), table).toBe(true);
      }
    } finally {
      await alone.close();
    }
  });

  it('is another under another seed', async () => {
    const other = await world.generate({ size: 'tiny', seed: 2 });
    expect((await tiny.bytes('unit_days')).equals(await other.bytes('unit_days'))).toBe(false);
  });

  it('says how many rows each file has', async () => {
    for (const table of ALL_TABLES) {
      expect(tiny.tables[table]?.rows, table).toBe((await tiny.rows(table)).length);
      expect(tiny.tables[table]?.file, table).toBe(`${tiny.directory}/${table}.parquet`);
    }
  });

  it.each(ALL_TABLES)('has in %s the declared columns, and rows in the order of unique keys', async (table) => {
    const columns = columnsOf(table);
    const { key } = TABLES[table];
    const described = await tiny.query(`DESCRIBE ${table}`);
    expect(described.map((row) => row['column_name'])).toEqual(columns.map(({ name }) => name));
    const keys = (await tiny.rows(table)).map((row) => key.map((column) => row[column]));
    const sorted = [...keys].sort(compareKeys);
    expect(keys).toEqual(sorted);
    expect(new Set(keys.map(String)).size).toBe(keys.length);
  });

  it('holds the guide’s properties, complete', async () => {
    const rows = await tiny.query(
      `SELECT property_id, count(*) AS days FROM property_days WHERE property_id IN (${GUIDE_IDS.join(', ')}) GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual(GUIDE_IDS.map((id) => ({ property_id: id, days: 90 })));
  });

  it('holds forty others beside them, of every category and without a history of rents', async () => {
    const rows = await tiny.query(
      `SELECT asset_category, count(*) AS properties, count(d.property_id) AS with_days FROM properties
      LEFT JOIN (SELECT DISTINCT property_id FROM property_days) AS d USING (property_id) GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { asset_category: 'commercial', properties: 12, with_days: 0 },
      { asset_category: 'condo', properties: 8, with_days: 0 },
      { asset_category: 'multifamily', properties: 10, with_days: 6 },
      { asset_category: 'sfr', properties: 16, with_days: 0 },
    ]);
  });

  it('writes the same histories whatever stands beside them', async () => {
    const alone = await world.generate({ size: 'tiny', parcels: 0 });
    for (const table of REPORT_TABLES)
      expect((await tiny.bytes(table)).equals(await alone.bytes(table)), table).toBe(true);
    const shared = `SELECT * FROM properties WHERE property_id < 100000000 ORDER BY property_id`;
    expect(await tiny.query(shared)).toEqual(await alone.query(shared));
  });

  it('writes unit ids as the vendor does', async () => {
    for (const row of await tiny.rows('units')) {
      expect(row['unit_id']).toMatch(new RegExp(`^${String(row['property_id'])}_\\d{6}$`));
    }
  });

  it('has accents, a comma and quotes in names', async () => {
    const names = (await tiny.rows('properties')).map((row) => String(row['property_name'])).join('\n');
    for (const awkward of [/[éêÉ]/, /,/, /"/]) expect(names).toMatch(awkward);
  });

  it('has a property that opens within the range and is unknown before', async () => {
    const [opening] = await tiny.query(
      `SELECT p.date_tracking_started, min(d.date) AS first_seen, count(d.rent_growth_rate_yoy) AS growths, first(d.occupancy_pct ORDER BY d.date) AS occupancy
      FROM properties p JOIN property_days d USING (property_id) WHERE p.date_tracking_started > DATE '${tiny.firstDay}' GROUP BY ALL`,
    );
    expect(opening).toBeDefined();
    expect(opening?.['first_seen']).toBe(opening?.['date_tracking_started']);
    expect(opening).toMatchObject({ growths: 0, occupancy: 0 });
  });
});

function compareKeys(left: readonly unknown[], right: readonly unknown[]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (value === other) continue;
    return (typeof value === 'number' ? value < Number(other) : String(value) < String(other)) ? -1 : 1;
  }
  return 0;
}

describe('a year of many properties', () => {
  let year: DataSet;
  beforeAll(async () => {
    year = await world.generate({ size: 'demo', properties: 60 });
  });

  it('stands empty to five to seven percent', async () => {
    const { vacancy } = await single(
      year,
      `SELECT sum((1 - occupancy_pct) * unit_count) / sum(unit_count) AS vacancy FROM property_days JOIN properties USING (property_id)`,
    );
    expect(vacancy).toBeGreaterThan(0.05);
    expect(vacancy).toBeLessThan(0.07);
  });

  it('leases units after 27 to 40 days, and lists them as long in every month', async () => {
    const months = await year.query(
      `SELECT month(date) AS month, avg(days_on_market) FILTER (unit_status = 'leased') AS leased_after,
        avg(days_on_market) FILTER (unit_status = 'available') AS listed_for FROM unit_days GROUP BY 1`,
    );
    const { leased, listed } = await single(
      year,
      `SELECT avg(days_on_market) FILTER (unit_status = 'leased') AS leased, avg(days_on_market) FILTER (unit_status = 'available') AS listed FROM unit_days`,
    );
    expect(months).toHaveLength(12);
    for (const value of [leased, listed, ...months.map((row) => Number(row['leased_after']))]) {
      expect(value).toBeGreaterThan(26);
      expect(value).toBeLessThan(41);
    }
  });

  it('renews somewhat more than half of the leases', async () => {
    const { turnover } = await single(
      year,
      `SELECT (SELECT count(*) FROM unit_days WHERE unit_status = 'leased') / (SELECT count(*) FROM units) AS turnover`,
    );
    expect(turnover).toBeGreaterThan(0.36);
    expect(turnover).toBeLessThan(0.5);
  });

  it('offers concessions on about four listings of ten and cuts the price of what stays', async () => {
    const { conceded, cut, early } = await single(
      year,
      `SELECT avg((concession_details IS NOT NULL)::INT) AS conceded,
        avg(list_last(price_history).price - price_history[1].price) FILTER (days_on_market > 92) AS cut,
        avg(list_last(price_history).price - price_history[1].price) FILTER (days_on_market < 14) AS early FROM unit_days`,
    );
    expect(conceded).toBeGreaterThan(0.25);
    expect(conceded).toBeLessThan(0.5);
    expect(cut).toBeLessThan(-30);
    expect(early).toBeGreaterThan(-10);
  });

  it('has a year before the first day: trends of established properties are known from the start', async () => {
    const { known } = await single(
      year,
      `SELECT avg((rent_growth_rate_yoy IS NOT NULL)::INT) AS known FROM property_days JOIN properties USING (property_id)
      WHERE date < DATE '${year.firstDay}' + 30 AND date_tracking_started < DATE '${year.firstDay}' - 400`,
    );
    expect(known).toBeGreaterThan(0.9);
  });

  it('misses some days, and the same ones in every day table', async () => {
    const { expected, seen } = await single(
      year,
      `SELECT sum(date_diff('day', greatest(date_tracking_started, DATE '${year.firstDay}'), DATE '${year.lastDay}') + 1) AS expected,
        (SELECT count(*) FROM property_days) AS seen FROM properties WHERE date_tracking_started IS NOT NULL`,
    );
    expect(seen).toBeLessThan(Number(expected));
    expect(seen).toBeGreaterThan(Number(expected) * 0.98);
    const strays = await year.query(
      `SELECT property_id, date FROM (SELECT property_id, date FROM unit_days UNION SELECT property_id, date FROM floorplan_days)
      EXCEPT SELECT property_id, date FROM property_days`,
    );
    expect(strays).toEqual([]);
  });

  it.each(ALL_TABLES)('fills every column of %s', async (table: TableName) => {
    const columns = columnsOf(table);
    const counts = await single(
      year,
      `SELECT ${columns.map(({ name }) => `count("${name}") AS "${name}"`).join(', ')} FROM ${table}`,
    );
    expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
  });

  it.each(ALL_TABLES)('keeps the values of %s within what a load takes', async (table: TableName) => {
    const faults = columnsOf(table).flatMap(({ name, min, max, oneOf, nullable }) => {
      const wrong = [
        ...(min === undefined ? [] : [`"${name}" < ${min}`]),
        ...(max === undefined ? [] : [`"${name}" > ${max}`]),
        ...(oneOf === undefined ? [] : [`"${name}" NOT IN (${oneOf.map((value) => `'${value}'`).join(', ')})`]),
        ...(nullable ? [] : [`"${name}" IS NULL`]),
      ];
      return wrong.length === 0 ? [] : [`count(*) FILTER (${wrong.join(' OR ')}) AS "${name}"`];
    });
    const counts = await single(year, `SELECT ${faults.join(', ')} FROM ${table}`);
    expect(Object.keys(counts)).toHaveLength(faults.length);
    expect(Object.entries(counts).filter(([, count]) => count !== 0)).toEqual([]);
  });

  it('leaves some facts unknown', async () => {
    const { renovated, floors, prices, reviews, areas } = await single(
      year,
      `SELECT (SELECT count(*) FROM properties WHERE year_renovated IS NULL) AS renovated, (SELECT count(*) FROM units WHERE floor IS NULL) AS floors,
        (SELECT count(*) FROM unit_days WHERE rent IS NULL) AS prices, (SELECT count(*) FROM property_days WHERE review_count IS NULL) AS reviews,
        (SELECT count(*) FROM units WHERE sq_ft IS NULL) AS areas`,
    );
    for (const count of [renovated, floors, prices, reviews, areas]) expect(count).toBeGreaterThan(0);
  });
});

describe('histories of listed properties', () => {
  it('are complete, keyed as the list is, and say nothing of who and where the properties are', async () => {
    const propertiesFrom = [
      { sourceId: 'nyc-3037410035', state: 'NY' },
      { sourceId: 'sea-23661', state: 'WA', latitude: 47.61386, longitude: -122.3489 },
    ];
    const data = await world.generate({ size: 'tiny', days: 31, propertiesFrom });
    expect(Object.keys(data.tables).sort()).toEqual([...REPORT_TABLES].sort());
    for (const table of Object.keys(data.tables)) {
      const columns = (await data.query(`DESCRIBE ${table}`)).map((row) => row['column_name']);
      expect(columns[0], table).toBe('source_id');
      expect(columns, table).not.toContain('property_id');
    }
    const days = await data.query('SELECT source_id, count(*) AS days FROM property_days GROUP BY 1 ORDER BY 1');
    expect(days).toEqual(propertiesFrom.map(({ sourceId }) => ({ source_id: sourceId, days: 31 })));
    const [unit] = await data.query("SELECT unit_id FROM units WHERE source_id = 'sea-23661' LIMIT 1");
    expect(unit?.['unit_id']).toMatch(/^sea-23661_\d{6}$/);
  });

  it('carry the properties’ own numbers where the list has them', async () => {
    const data = await world.generate({ size: 'tiny', days: 10, propertiesFrom: [{ propertyId: 4711, state: 'TX' }] });
    expect(await data.query('SELECT DISTINCT property_id FROM unit_days')).toEqual([{ property_id: 4711 }]);
  });
});
