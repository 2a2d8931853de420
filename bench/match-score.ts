/**
 * `npm run match:score -- DIR RESULTS.csv`: matches DIR/queries.csv against DIR/properties.csv and DIR/aliases.csv in memory, and
 * writes qid,id,status,miss_reason,confidence. How right that is, the set's own score script tells.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { PropertyAddresses } from '../server/dist/matching/index-entries.js';
import { type CandidateSource, matchAddresses, matchPoints } from '../server/dist/matching/match.js';
import { createMemoryIndex } from '../server/dist/matching/memory-index.js';
import { say } from './statistics.ts';

/** The setting's default. */
const RADIUS_METERS = 75;
const USAGE = 'usage: npm run match:score -- DIR RESULTS.csv (DIR with properties.csv, aliases.csv, queries.csv)\n';

type Row = Readonly<Record<string, string>>;

async function readCsv(path: string): Promise<Row[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll('SELECT * FROM read_csv($1, all_varchar = true, header = true)', [
    path,
  ]);
  return reader
    .getRowObjects()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)])),
    );
}

function toProperty(row: Row, propertyId: number, aliases: readonly string[]): PropertyAddresses {
  return {
    propertyId,
    addresses: [row['address'] ?? '', ...aliases],
    city: row['city'] ?? '',
    state: row['state'] ?? '',
    zip: row['zip'] ?? '',
    assetCategory: row['category'] ?? '',
    latitude: row['lat'] ? Number(row['lat']) : null,
    longitude: row['lon'] ? Number(row['lon']) : null,
  };
}

/** The compiler needs some rounds before it shows what a large file costs a row. */
const ROUNDS = 5;

/** Matches all rows some times over and says the speed of the quickest. */
async function timed<T>(what: string, rows: number, work: () => Promise<T[]>): Promise<T[]> {
  let best = Number.POSITIVE_INFINITY;
  let answers: T[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    answers = await work();
    best = Math.min(best, performance.now() - started);
  }
  say(`${rows} ${what}: ${Math.round((1000 * rows) / best)} a second`);
  return answers;
}

async function match(queries: readonly Row[], source: CandidateSource) {
  const isPoint = (query: Row) => Boolean(query['lat'] || query['lon']);
  const points = queries
    .filter(isPoint)
    .map((query) => ({ latitude: query['lat'] ?? '', longitude: query['lon'] ?? '' }));
  const addresses = queries
    .filter((query) => !isPoint(query))
    .map(({ address1 = '', city = '', state = '', zip = '' }) => ({ address: address1, city, state, zip }));
  const atPoints = await timed('points', points.length, () => matchPoints(points, RADIUS_METERS, source));
  const atAddresses = await timed('addresses', addresses.length, () => matchAddresses(addresses, source));
  return queries.map((query) => (isPoint(query) ? atPoints.shift() : atAddresses.shift()));
}

async function run(directory: string, target: string): Promise<void> {
  const properties = await readCsv(join(directory, 'properties.csv'));
  const aliases = new Map<string, string[]>();
  for (const { id = '', address = '' } of await readCsv(join(directory, 'aliases.csv'))) {
    aliases.set(id, [...(aliases.get(id) ?? []), address]);
  }
  const source = createMemoryIndex(
    properties.map((row, id) => toProperty(row, id, aliases.get(row['id'] ?? '') ?? [])),
  );
  const queries = await readCsv(join(directory, 'queries.csv'));
  const verdicts = await match(queries, source);
  const lines = queries.map(({ qid }, index) => {
    const verdict = verdicts[index];
    const id = verdict?.propertyId == null ? '' : properties[verdict.propertyId]?.['id'];
    return [qid, id, verdict?.status, verdict?.reason ?? '', verdict?.confidence].join(',');
  });
  await writeFile(target, ['qid,id,status,miss_reason,confidence', ...lines, ''].join('\n'));
}

const [directory, target] = process.argv.slice(2);
if (directory === undefined || target === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else await run(directory, target);
