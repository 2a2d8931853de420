/** An empty warehouse for what is measured of loads. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { App } from '../../server/dist/app.js';
import { readSettings } from '../../server/dist/config.js';
import { PropertyIdSet } from '../../server/dist/core/ids/property-ids.js';
import type { DataFile } from '../../server/dist/core/ports/database/warehouse.js';
import { openDeps } from '../../server/dist/deps.js';
import { ROWS_PER_GROUP } from '../../server/dist/warehouse/layout.js';
import { loadWarehouse } from '../../server/dist/warehouse/load/load.js';
import { FIRST_PROPERTY, writeByEngine } from '../unit-days.ts';
import { dataDirectory, QUIET_SETTINGS } from './served.ts';

const NEVER = { signal: new AbortController().signal };
/** As a load stores a file. */
export const STORED = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP}`;

/** An empty warehouse, and the engine by itself. */
export interface LoadPlace {
  readonly app: Pick<App, 'deps'>;
  readonly directory: string;
  /** The engine by itself, with the threads and the memory of a load. */
  readonly bare: (sql: string) => Promise<void>;
}

export async function withLoadPlace<Result>(work: (place: LoadPlace) => Promise<Result>): Promise<Result> {
  const directory = await dataDirectory();
  const settings = readSettings({ ...QUIET_SETTINGS, CONVEYANCE_DATA_DIR: join(directory, 'data') });
  const app = await openDeps(settings, { exportChildren: 0, publicUrl: 'http://127.0.0.1' });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: settings.memoryLimit,
    temp_directory: join(directory, 'bare-spill'),
  });
  const connection = await instance.connect();
  try {
    return await work({ app, directory, bare: async (sql) => void (await connection.run(sql)) });
  } finally {
    connection.closeSync();
    instance.closeSync();
    await app.close();
    await app.embedded?.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

function ids(count: number): PropertyIdSet {
  return PropertyIdSet.of(Array.from({ length: count }, (_, index) => FIRST_PROPERTY + index));
}

/** The properties are there; the observations are those of `unitDays`. */
export async function commitUnitDays(
  { app, directory }: LoadPlace,
  properties: number,
  unitDays: readonly DataFile[],
): Promise<void> {
  const { db, store } = app.deps;
  const current = await db.warehouse.current();
  const known = current?.tables['properties'];
  if (known !== undefined) {
    const tables = { properties: known, unit_days: unitDays };
    await db.warehouse.commit({ base: current?.version ?? null, tables, propertyIds: ids(properties) });
    return;
  }
  const path = join(directory, 'data', 'properties.parquet');
  const rows = `SELECT CAST(${FIRST_PROPERTY} + range AS BIGINT) AS property_id FROM range(${properties})`;
  await writeByEngine(app, `COPY (${rows}) TO $path (${STORED})`, path);
  const key = 'warehouse/properties/bench.parquet';
  const span = {
    minPropertyId: FIRST_PROPERTY,
    maxPropertyId: FIRST_PROPERTY + properties - 1,
    minDate: null,
    maxDate: null,
  };
  const file: DataFile = { key, rows: properties, ...span, ...(await store.put(key, path)) };
  const tables = { properties: [file], unit_days: unitDays };
  await db.warehouse.commit({ base: null, tables, propertyIds: ids(properties) });
}

/** Throws if a row is left out. */
export async function loadUnitDays({ app, directory }: LoadPlace, path: string, rows: number): Promise<void> {
  const options = { paths: [path], table: 'unit_days', columnNames: new Map(), dryRun: false, maxRejects: 0 };
  const report = await loadWarehouse(app.deps, { ...options, rejectFile: join(directory, 'rejects.csv') }, NEVER);
  const loaded = report.tables[0]?.loaded;
  if (loaded !== rows || report.rejected > 0) throw new Error(`${loaded} of ${rows} rows were loaded`);
}
