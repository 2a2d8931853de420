/** A large warehouse of properties and records, made by the engine from numbers. Values differ, so that the work is that of real data. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { App } from '../server/dist/app.js';
import { PropertyIdSet } from '../server/dist/core/ids/property-ids.js';
import type { DataFile } from '../server/dist/core/ports/database/warehouse.js';
import { PROPERTY_UUID } from '../server/dist/core/ports/engine.js';
import { ROWS_PER_GROUP } from '../server/dist/warehouse/layout.js';

/** The first property's id. */
const FIRST_ID = 1_000_000;
/** As a load cuts them. */
const ROWS_PER_FILE = 1_000_000;

const ID = `CAST(${FIRST_ID} + range AS BIGINT)`;
/** A day of the last ten years. */
const DAY = (salt: number) => `DATE '2016-01-01' + CAST(hash(range + ${salt}) % 3600 AS INTEGER)`;
const AMOUNT = (salt: number) => `CAST(100000 + hash(range + ${salt}) % 9000000 AS DOUBLE)`;

const PROPERTIES = `SELECT ${ID} AS property_id, 'Property ' || range AS property_name,
  (hash(range) % 9000) || ' ' || list_extract(['Oak', 'Main', 'River', 'Park'], CAST(1 + hash(range) % 4 AS BIGINT)) || ' St' AS address,
  list_extract(['Austin', 'Boston', 'Chicago', 'Denver'], CAST(1 + hash(range + 1) % 4 AS BIGINT)) AS city, list_extract(['TX', 'MA', 'IL', 'CO'], CAST(1 + hash(range + 1) % 4 AS BIGINT)) AS state,
  printf('%05d', CAST(hash(range + 2) % 99999 AS INTEGER)) AS zip_code, 30 + (hash(range) % 15000) / 1000 AS latitude,
  -120 + (hash(range + 3) % 50000) / 1000 AS longitude, CAST(1900 + hash(range + 4) % 120 AS INTEGER) AS year_built,
  CAST(1 + hash(range + 5) % 300 AS INTEGER) AS unit_count, 'A' || hash(range + 6) AS apn, ${PROPERTY_UUID}(${ID}) AS reonomy_id, true AS active,
  'Multifamily' AS asset_category, 'Apartment' AS asset_type, CAST(hash(range + 7) % 200000 AS DOUBLE) AS building_area,
  CAST(hash(range + 8) % 900000 AS DOUBLE) AS lot_size_sqft, 'LOT ' || (hash(range + 9) % 999) || ' BLK ' || (hash(range + 10) % 99) AS legal_description,
  ${DAY(11)} AS master_update_time, ${DAY(12)} AS building_update_time, ${DAY(13)} AS sale_update_time, ${DAY(14)} AS tax_update_time
FROM range($count)`;

const PARTY = (salt: number) => `[{'name': 'Party ' || hash(range + ${salt}), 'type': 'company'}]`;
const SALES = `SELECT ${ID} AS property_id, 's' || number AS sale_id, ${DAY(20)} + number AS sale_date, ${DAY(20)} + number + 9 AS recording_date,
  ${AMOUNT(21)} AS sale_amount, 'Grant Deed' AS document_type, '' || hash(range + number) AS document_number, false AS multi_parcel,
  ${PARTY(22)} AS buyers, ${PARTY(23)} AS sellers, ${DAY(13)} AS update_time
FROM range($count), (SELECT unnest([1, 2]) AS number)`;

const TAXES = `SELECT ${ID} AS property_id, CAST(2026 - number AS INTEGER) AS tax_year, ${AMOUNT(30)} / 50 AS tax_amount,
  ${AMOUNT(31)} AS assessed_land_value, ${AMOUNT(32)} AS total_assessed_value, ${AMOUNT(33)} AS total_market_value,
  CAST([] AS VARCHAR[]) AS exemptions, ${DAY(14)} AS update_time
FROM range($count), (SELECT unnest([1, 2, 3]) AS number)`;

const TABLES = {
  properties: { sql: PROPERTIES, rows: 1 },
  sales: { sql: SALES, rows: 2 },
  taxes: { sql: TAXES, rows: 3 },
};

/** Commits the tables as a load would have left them, except that there is no match index: sorted, in files of a million rows. */
export async function fillWithProperties(
  { deps }: Pick<App, 'deps'>,
  count: number,
  names: readonly (keyof typeof TABLES)[] = ['properties', 'sales', 'taxes'],
): Promise<void> {
  const tables: Record<string, DataFile[]> = {};
  for (const name of names) {
    const { sql, rows } = TABLES[name];
    const perFile = Math.floor(ROWS_PER_FILE / rows);
    tables[name] = [];
    for (let from = 0; from < count; from += perFile) {
      const to = Math.min(count, from + perFile);
      tables[name].push(
        await writeFile(deps, name, sql.replace('range($count)', `range(${from}, ${to})`), { from, to, rows }),
      );
    }
  }
  const propertyIds = PropertyIdSet.of(Array.from({ length: count }, (_, index) => FIRST_ID + index));
  await deps.db.warehouse.commit({ base: null, tables, propertyIds });
}

async function writeFile(
  { engine, store, ids }: App['deps'],
  table: string,
  sql: string,
  { from, to, rows }: { readonly from: number; readonly to: number; readonly rows: number },
): Promise<DataFile> {
  const name = `bench-${ids()}`;
  const path = await store.scratch(name);
  const copy = `COPY (${sql} ORDER BY property_id) TO '${path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP})`;
  const program = { tables: {}, inputs: {}, directories: [dirname(path)], steps: [{ sql: copy }] };
  await engine.run(program, { lane: 'load' }, { signal: new AbortController().signal });
  const key = `warehouse/${table}/${ids()}.parquet`;
  const sealed = await store.put(key, path);
  await store.discard(name);
  const [minPropertyId, maxPropertyId] = [FIRST_ID + from, FIRST_ID + to - 1];
  return { key, rows: (to - from) * rows, ...sealed, minPropertyId, maxPropertyId, minDate: null, maxDate: null };
}

/** The UUIDs of all properties in an order unrelated to how they are stored, one per line. */
export async function writeShuffledIds({ engine }: App['deps'], count: number, path: string): Promise<void> {
  const id = `CAST(${FIRST_ID} + range AS BIGINT)`;
  const sql = `COPY (SELECT ${PROPERTY_UUID}(${id}) FROM range(${count}) ORDER BY hash(range)) TO '${path}' (FORMAT csv, HEADER false)`;
  const program = { tables: {}, inputs: {}, directories: [dirname(path)], steps: [{ sql }] };
  await engine.run(program, { lane: 'load' }, { signal: new AbortController().signal });
}

export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const lines = createInterface({ input: createReadStream(path) });
  const closed = once(lines, 'close');
  yield* lines;
  await closed;
}
