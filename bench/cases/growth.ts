import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Deps } from '../../server/dist/core/ports/deps.js';
import { generateDemo } from '../../server/dist/demo/generate.js';
import { loadWarehouse } from '../../server/dist/warehouse/load/load.js';
import { numberFlag } from '../flags.ts';
import { alone, type BenchCase, beside, type Figures, type How, measured, type Row } from '../frame/figures.ts';
import { type Served, startServed } from '../frame/served.ts';
import { exponent, seconds, takeTurns } from '../frame/turns.ts';
import { END, type ReportRequest, runJob, type Size, smallJob } from '../server.ts';

interface Extent {
  readonly size: Size['size'];
  readonly properties: number;
  /** How often every property is there: of each warehouse ten times as often as of the one before. */
  readonly times: readonly [number, ...number[]];
  readonly ids: readonly [number, number, number];
  /** Of a round; its figure is their median. */
  readonly jobs: number;
  readonly rounds: number;
}

const WHOLE: Extent = {
  size: 'demo',
  properties: 120,
  times: [1, 10, 100],
  ids: [100, 1000, 10_000],
  jobs: 15,
  rounds: 9,
};
const QUICK: Extent = { size: 'tiny', properties: 6, times: [1, 10], ids: [3, 10, 30], jobs: 1, rounds: 1 };
const MS_PER_SECOND = 1000;
/** Between the ids of a property and of its copy: more than lies between any two that are copied. */
const APART = 1_000_000;
/** Tables that the report reads, the order in which they lie, and what else is a property’s own. */
const COPIED = {
  properties: { order: 'property_id', own: ", source_id || '-' || copy AS source_id" },
  property_days: { order: 'property_id, date', own: '' },
};
const MOST_PER_TEN_TIMES = 1.08;
const MOST_EXPONENT = 1.02;

interface Copies {
  readonly paths: readonly string[];
  /** Of all properties. */
  readonly ids: readonly number[];
}

/** Files of the tables with every property so many times. */
async function copies(directory: string, times: number): Promise<Copies> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const paths: string[] = [];
  for (const [table, { order, own }] of Object.entries(COPIED)) {
    const path = join(directory, 'copies', `${table}.parquet`);
    await connection.run(
      `COPY (SELECT * REPLACE (property_id + copy * ${APART} AS property_id${own})
        FROM read_parquet('${join(directory, `${table}.parquet`)}'), range(${times}) copies(copy)
        ORDER BY ${order}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    paths.push(path);
  }
  const found = await connection.runAndReadAll(`SELECT property_id FROM read_parquet('${paths[0]}') ORDER BY 1`);
  connection.closeSync();
  return { paths, ids: found.getRows().map(([id]) => Number(id)) };
}

interface Grown {
  readonly served: Served;
  readonly ids: readonly number[];
}

async function load(deps: Deps, outDirectory: string, extent: Extent, times: number): Promise<readonly number[]> {
  const { size, properties } = extent;
  const watch = { signal: new AbortController().signal };
  await mkdir(join(outDirectory, 'copies'), { recursive: true });
  await generateDemo(deps, { size, properties, parcels: 0, end: END, outDirectory }, watch);
  const { paths, ids } = await copies(outDirectory, times);
  const rejectFile = join(outDirectory, 'rejects.csv');
  const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile };
  await loadWarehouse(deps, options, watch);
  await rm(outDirectory, { recursive: true });
  return ids;
}

async function startGrown(extent: Extent, times: number): Promise<Grown> {
  const served = await startServed(null);
  try {
    return { served, ids: await load(served.app.deps, join(served.dataDir, 'generated'), extent, times) };
  } catch (error) {
    await served.close();
    throw error;
  }
}

/** Milliseconds of the median job of some. */
async function job(served: Served, request: ReportRequest, jobs: number): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done < jobs; done++) times.push(await seconds(() => runJob(served, request)));
  return measured(times).median * MS_PER_SECOND;
}

async function byWarehouse(
  servers: readonly Grown[],
  { properties, times: all, jobs, rounds }: Extent,
): Promise<Row[]> {
  const subjects = Object.fromEntries(
    servers.map(({ served }, index) => [`times${all[index]}`, () => job(served, smallJob('csv'), jobs)]),
  );
  await takeTurns(1, subjects);
  const taken = await takeTurns(rounds, subjects);
  const of = (times: number) => taken[`times${times}`] ?? [];
  const goal = { of: 'ratio', is: 'at most', limit: MOST_PER_TEN_TIMES } as const;
  return all.slice(1).map((times) => {
    const subject = `a small job, ${(properties * times).toLocaleString('en')} properties × a year`;
    const name = `the same, ${((properties * times) / 10).toLocaleString('en')} properties`;
    return beside({ subject, unit: 'ms', goal }, of(times), { name, values: of(times / 10) });
  });
}

async function byIds({ served, ids: all }: Grown, { ids, rounds }: Extent): Promise<Row> {
  const subjects = Object.fromEntries(
    ids.map((count) => [
      String(count),
      () => job(served, { ...smallJob('csv'), property_ids: all.slice(0, count) }, 1),
    ]),
  );
  await takeTurns(1, subjects);
  const taken = await takeTurns(rounds, subjects);
  const exponents = Array.from({ length: rounds }, (_, round) =>
    exponent(ids.map((count) => [count, taken[String(count)]?.[round] ?? Number.NaN] as const)),
  );
  return alone(
    {
      subject: `exponent of the number of ids, ${ids.map((count) => count.toLocaleString('en')).join(', ')} of them`,
      unit: 'exponent',
      goal: { of: 'value', is: 'at most', limit: MOST_EXPONENT },
    },
    exponents,
  );
}

async function run({ quick }: How): Promise<Figures> {
  const whole = quick ? QUICK : WHOLE;
  const extent = { ...whole, rounds: numberFlag('pairs', whole.rounds) };
  const servers: Grown[] = [];
  try {
    for (const times of extent.times) servers.push(await startGrown(extent, times));
    const largest = servers.at(-1);
    if (largest === undefined) throw new Error('there is no largest warehouse');
    const rows = [...(await byWarehouse(servers, extent)), await byIds(largest, extent)];
    const peakBytes = await largest.served.peakOf(() => job(largest.served, smallJob('csv'), extent.jobs));
    return { rows, peakBytes, skipped: [] };
  } finally {
    for (const { served } of servers) await served.close();
  }
}

export const growth: BenchCase = {
  name: 'growth',
  title: 'Growth',
  about:
    'The same small job (3 properties, 31 days, CSV) on a warehouse, on one ten times larger and on one a hundred times larger, in turns: it should cost what it returns. The properties of the larger ones are copies under other ids. The exponent is fitted through jobs of one month with ever ten times more ids, on the largest.',
  run,
};
