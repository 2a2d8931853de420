import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DataFile } from '../../src/core/ports/database/warehouse.ts';
import { MAX_ROWS_PER_FILE, ROWS_PER_GROUP } from '../../src/warehouse/layout.ts';
import { openWorld, type World } from '../warehouse/world.ts';

const PROPERTIES = 36_000;
const DAYS = 31;

let world: World;
let instance: DuckDBInstance;

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
  }
}

async function days(): Promise<readonly DataFile[]> {
  return (await world.deps.db.warehouse.current())?.tables['property_days'] ?? [];
}

beforeAll(async () => {
  world = await openWorld();
  instance = await DuckDBInstance.create(':memory:');
  const properties = `${world.directory}/properties.parquet`;
  const snapshots = `${world.directory}/property_days.parquet`;
  await ask(`COPY (SELECT range AS property_id FROM range(1, ${PROPERTIES + 1})) TO '${properties}'`);
  // As a provider's file may come: by day, not by property.
  await ask(
    `COPY (
      SELECT p.range AS property_id, DATE '2025-01-01' + d.range::INTEGER AS date, p.range % 7 AS available_units
      FROM range(${DAYS}) d, range(1, ${PROPERTIES + 1}) p
    ) TO '${snapshots}'`,
  );
  await world.load([properties, snapshots]);
}, 180_000);
afterAll(async () => {
  instance.closeSync();
  await world.close();
});

it('a month over the limit is cut into files by properties', async () => {
  const files = await days();
  expect(files.map(({ rows }) => rows).reduce((sum, rows) => sum + rows, 0)).toBe(PROPERTIES * DAYS);
  expect(files).toHaveLength(2);
  for (const { rows } of files) expect(rows).toBeLessThanOrEqual(MAX_ROWS_PER_FILE);
  expect(files[0]?.minPropertyId).toBe(1);
  expect(files[1]?.minPropertyId).toBe((files[0]?.maxPropertyId ?? 0) + 1);
  expect(files[1]?.maxPropertyId).toBe(PROPERTIES);
});

it('what is said of a file is what is in it', async () => {
  for (const file of await days()) {
    const path = await world.deps.store.localize(file.key);
    const [facts] = await ask(
      `SELECT count(*)::INTEGER AS "rows", min(property_id)::INTEGER AS "minPropertyId", max(property_id)::INTEGER AS "maxPropertyId",
        min(date)::VARCHAR AS "minDate", max(date)::VARCHAR AS "maxDate" FROM '${path}'`,
    );
    expect(file).toMatchObject(facts ?? {});
  }
});

it('row groups follow one another by property, so that few of them hold one', async () => {
  const [file] = await days();
  const path = await world.deps.store.localize(file?.key ?? '');
  const groups = await ask(
    `SELECT stats_min_value::INTEGER AS lowest, stats_max_value::INTEGER AS highest, row_group_num_rows::INTEGER AS "rows", compression
     FROM parquet_metadata('${path}') WHERE path_in_schema = 'property_id' ORDER BY row_group_id`,
  );
  expect(groups.length).toBe(Math.ceil((file?.rows ?? 0) / ROWS_PER_GROUP));
  expect(new Set(groups.map(({ compression }) => compression))).toEqual(new Set(['ZSTD']));
  for (const [index, group] of groups.entries()) {
    expect(group['rows']).toBeLessThanOrEqual(ROWS_PER_GROUP);
    const before = groups[index - 1];
    if (before !== undefined) expect(Number(group['lowest'])).toBeGreaterThanOrEqual(Number(before['highest']));
  }
  const holding = groups.filter((group) => Number(group['lowest']) <= 777 && Number(group['highest']) >= 777);
  expect(holding.length).toBeLessThanOrEqual(2);
});

it('a day of one property rewrites the one file that holds it', async () => {
  const before = await days();
  const path = await world.write('property_days.csv', `property_id,date,available_units\n${PROPERTIES},2025-01-31,9\n`);
  const report = await world.load([path]);
  expect(report.tables).toEqual([
    { table: 'property_days', loaded: 1, replaced: 1, unchanged: 0, deleted: 0, rows: PROPERTIES * DAYS },
  ]);
  const after = await days();
  expect(after[0]).toEqual(before[0]);
  expect(after[1]?.key).not.toBe(before[1]?.key);
  expect(after[1]?.rows).toBe(before[1]?.rows);
});
