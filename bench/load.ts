/** Loads: a large table with all checks, and one day of a long history replaced; each beside what the engine alone needs for the bytes. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type App, createApp } from '../server/dist/app.js';
import { readSettings, type Settings } from '../server/dist/config.js';
import { PropertyIdSet } from '../server/dist/core/ids/property-ids.js';
import type { DataFile } from '../server/dist/core/ports/database/warehouse.js';
import { loadWarehouse } from '../server/dist/warehouse/load/load.js';
import { ROWS_PER_GROUP } from '../server/dist/warehouse/load/merge.js';
import { numberFlag } from './flags.ts';
import { inTurns, say, spread } from './statistics.ts';
import { FIRST_PROPERTY, observations, UNITS, writeByEngine } from './unit-days.ts';

const MS_PER_SECOND = 1000;
const QUICK = process.argv.includes('--quick');
const PAIRS = numberFlag('pairs', QUICK ? 1 : 5);
const NEVER = { signal: new AbortController().signal };
const STORED = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP}`;

interface Place {
  readonly app: App;
  readonly directory: string;
  readonly settings: Settings;
  /** The engine by itself, with the threads and the memory of a load. */
  readonly bare: (sql: string) => Promise<void>;
}

async function withPlace<Result>(work: (place: Place) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(directory, 0o711);
  const settings = readSettings({
    CONVEYANCE_DATA_DIR: join(directory, 'data'),
    CONVEYANCE_PORT: '0',
    CONVEYANCE_LOG_LEVEL: 'error',
    CONVEYANCE_DRAIN_SECONDS: '0',
  });
  const app = await createApp(settings);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    memory_limit: settings.memoryLimit,
    temp_directory: join(directory, 'bare-spill'),
  });
  const connection = await instance.connect();
  try {
    return await work({ app, directory, settings, bare: async (sql) => void (await connection.run(sql)) });
  } finally {
    connection.closeSync();
    instance.closeSync();
    await app.stop();
    await app.embedded?.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

function ids(count: number): PropertyIdSet {
  return PropertyIdSet.of(Array.from({ length: count }, (_, index) => FIRST_PROPERTY + index));
}

/** The properties are there; the observations are those of `unitDays`. */
async function commit({ app, directory }: Place, properties: number, unitDays: readonly DataFile[]): Promise<void> {
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

async function load({ app, directory }: Place, path: string, rows: number): Promise<void> {
  const options = { paths: [path], table: 'unit_days', columnNames: new Map(), dryRun: false, maxRejects: 0 };
  const report = await loadWarehouse(app.deps, { ...options, rejectFile: join(directory, 'rejects.csv') }, NEVER);
  const loaded = report.tables[0]?.loaded;
  if (loaded !== rows || report.rejected > 0) throw new Error(`${loaded} of ${rows} rows were loaded`);
}

export interface LoadFigures {
  readonly format: 'csv' | 'parquet';
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Of reading the file and writing one sorted file in the warehouse's form, without any check. */
  readonly bareRowsPerSecond: number;
}

const DAYS_PER_YEAR = 365;

/** A year of observations into an empty table. */
export async function benchLoad(): Promise<readonly LoadFigures[]> {
  const properties = Math.max(1, Math.round(numberFlag('rows', QUICK ? 100_000 : 2_000_000) / (UNITS * DAYS_PER_YEAR)));
  const rows = properties * UNITS * DAYS_PER_YEAR;
  return withPlace(async (place) => {
    const { app, directory, bare } = place;
    const made = observations({ firstDay: '2025-01-01', days: DAYS_PER_YEAR, properties: { from: 0, to: properties } });
    const parquet = join(directory, 'unit_days.parquet');
    const csv = join(directory, 'unit_days.csv');
    await writeByEngine(app, `COPY (${made}) TO $path (FORMAT parquet, COMPRESSION zstd)`, parquet);
    const lists = 'to_json(lease_terms) AS lease_terms, to_json(price_history) AS price_history';
    await bare(`COPY (SELECT * REPLACE (${lists}) FROM '${parquet}') TO '${csv}' (FORMAT csv, HEADER)`);
    const figures: LoadFigures[] = [];
    for (const [format, path] of [
      ['csv', csv],
      ['parquet', parquet],
    ] as const) {
      const out = join(directory, 'bare.parquet');
      const read = format === 'csv' ? `read_csv('${path}')` : `read_parquet('${path}')`;
      await commit(place, properties, []);
      const [ours = [], alone = []] = await inTurns(PAIRS, [
        () => load(place, path, rows),
        () => bare(`COPY (FROM ${read} ORDER BY property_id, unit_id, date) TO '${out}' (${STORED})`),
        () => commit(place, properties, []),
      ]);
      const pace = (times: readonly number[]) => Math.round((rows / spread(times).p50) * MS_PER_SECOND);
      figures.push({ format, rows, rowsPerSecond: pace(ours), bareRowsPerSecond: pace(alone) });
      say(
        `load of ${rows} unit_days from ${format}, all checks, ${PAIRS} times: ${pace(ours)} rows/s; the bare engine, sorted and unchecked: ${pace(alone)} rows/s`,
      );
    }
    return figures;
  });
}

const MONTHS = 36;
/** As a load cuts them. */
const ROWS_PER_FILE = 1_000_000;

function monthOf(index: number): { readonly firstDay: string; readonly days: number } {
  const first = new Date(Date.UTC(2023, index, 1));
  return { firstDay: first.toISOString().slice(0, 10), days: new Date(Date.UTC(2023, index + 1, 0)).getUTCDate() };
}

/** A history in the warehouse's layout: by month, cut by properties, each file in order. */
async function writeHistory({ app }: Place, properties: number): Promise<readonly DataFile[]> {
  const { store } = app.deps;
  const files: DataFile[] = [];
  for (let index = 0; index < MONTHS; index++) {
    const month = monthOf(index);
    const step = Math.floor(ROWS_PER_FILE / (UNITS * month.days));
    for (let from = 0; from < properties; from += step) {
      const to = Math.min(properties, from + step);
      const name = `bench-${index}-${from}.parquet`;
      const path = await store.scratch(name);
      await writeByEngine(
        app,
        `COPY (${observations({ ...month, properties: { from, to } })}) TO $path (${STORED})`,
        path,
      );
      const key = `warehouse/unit_days/${month.firstDay.slice(0, 7)}-${name}`;
      files.push({
        key,
        rows: (to - from) * UNITS * month.days,
        minPropertyId: FIRST_PROPERTY + from,
        maxPropertyId: FIRST_PROPERTY + to - 1,
        minDate: month.firstDay,
        maxDate: `${month.firstDay.slice(0, 8)}${month.days}`,
        ...(await store.put(key, path)),
      });
    }
  }
  return files;
}

export interface ReplaceDayFigures {
  readonly storedRows: number;
  readonly rows: number;
  readonly ms: number;
  /** Of reading and writing each of the files that hold the day, without merging anything. */
  readonly bareMs: number;
  readonly ratio: number;
}

/** One day of all units replaced in three years of observations. */
export async function benchReplaceDay(): Promise<ReplaceDayFigures> {
  const wanted = numberFlag('rows', QUICK ? 2_000_000 : 100_000_000);
  const properties = Math.round(wanted / (UNITS * MONTHS * 30.4));
  return withPlace(async (place) => {
    const { app, directory, bare } = place;
    const history = await writeHistory(place, properties);
    await commit(place, properties, history);
    const { firstDay, days } = monthOf(MONTHS / 2);
    const [month, day] = [firstDay.slice(0, 7), `${firstDay.slice(0, 8)}15`];
    const path = join(directory, 'unit_days.parquet');
    const made = observations({ firstDay: day, days: 1, properties: { from: 0, to: properties }, salt: days });
    await writeByEngine(app, `COPY (${made}) TO $path (FORMAT parquet)`, path);
    const touched = async () => {
      const files = (await app.deps.db.warehouse.current())?.tables['unit_days'] ?? [];
      return Promise.all(
        files.filter(({ minDate }) => minDate?.startsWith(month)).map(({ key }) => app.deps.store.localize(key)),
      );
    };
    const rewrite = async () => {
      const out = join(directory, 'bare.parquet');
      for (const file of await touched()) await bare(`COPY (FROM '${file}') TO '${out}' (${STORED})`);
    };
    const [ours = [], alone = []] = await inTurns(PAIRS, [() => load(place, path, properties * UNITS), rewrite]);
    const [ms, bareMs] = [spread(ours).p50, spread(alone).p50];
    const storedRows = history.reduce((sum, { rows }) => sum + rows, 0);
    const figures = { storedRows, rows: properties * UNITS, ms, bareMs, ratio: ms / bareMs };
    say(
      `${figures.rows} rows of one day replaced in ${storedRows} of ${MONTHS} months, ${PAIRS} times: ${(ms / MS_PER_SECOND).toFixed(2)} s; the bare rewrite of the ${(await touched()).length} files: ${(bareMs / MS_PER_SECOND).toFixed(2)} s; ratio ${figures.ratio.toFixed(2)} (at most 1.5 is wanted)`,
    );
    return figures;
  });
}
