/**
 * `npm run match:score -- DIR [RESULTS.csv] [options of the score script]`: loads DIR/properties.csv and DIR/aliases.csv into a server of
 * its own, sends DIR/queries.csv as an address job and a coordinate job over HTTP, writes qid,id,status,miss_reason,confidence and
 * prints what DIR/score.mjs says about them, and how often the answers of each confidence are right.
 */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { loadWarehouse } from '../server/dist/warehouse/load/load.js';
import { calibrationTable, judge } from './match-calibration.js';
import { type MatchServer, startMatchServer } from './match-server.js';
import { uuidOf } from './reonomy-id.js';
import { say } from './statistics.js';

const USAGE =
  'usage: npm run match:score -- DIR [RESULTS.csv] (DIR with properties.csv, aliases.csv, queries.csv, score.mjs)\n';

type Row = Readonly<Record<string, string>>;

async function readCsv(path: string): Promise<Row[]> {
  return parse(await readFile(path), { columns: true, bom: true });
}

/** Loads the properties, numbered from 1, and their aliases. Resolves with the set's own ids by UUID. */
async function load(server: MatchServer, directory: string): Promise<ReadonlyMap<string, string>> {
  const properties = await readCsv(join(directory, 'properties.csv'));
  const numbers = new Map(properties.map(({ id = '' }, index) => [id, index + 1]));
  const rows = properties.map(({ id = '', address, city, state, zip, lat, lon, category }) => ({
    property_id: numbers.get(id),
    source_id: id,
    address,
    city,
    state,
    zip_code: zip,
    latitude: lat,
    longitude: lon,
    asset_category: category?.toLowerCase(),
  }));
  const aliases = (await readCsv(join(directory, 'aliases.csv'))).map(({ id = '', address }) => ({
    property_id: numbers.get(id),
    address,
  }));
  const scratch = await mkdtemp(join(tmpdir(), 'conveyance-score-'));
  await chmod(scratch, 0o711);
  try {
    const files = { properties: rows, property_addresses: aliases };
    const paths = Object.keys(files).map((table) => join(scratch, `${table}.csv`));
    await Promise.all(
      Object.values(files).map((table, index) => writeFile(paths[index] ?? '', stringify(table, { header: true }))),
    );
    const rejectFile = join(directory === scratch ? tmpdir() : scratch, 'rejects.csv');
    const options = { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 1000, rejectFile };
    const report = await loadWarehouse(server.app.deps, options, { signal: new AbortController().signal });
    for (const { file, line, column, reason } of report.rejects) say(`rejected ${file}:${line} ${column}: ${reason}`);
    for (const { table, rows: count } of report.tables) say(`${table}: ${count} rows`);
  } finally {
    await rm(scratch, { recursive: true });
  }
  return new Map([...numbers].map(([id, number]) => [uuidOf(number), id]));
}

async function run(directory: string, target: string, options: readonly string[]): Promise<void> {
  const server = await startMatchServer();
  try {
    const ids = await load(server, directory);
    const queries = await readCsv(join(directory, 'queries.csv'));
    const isPoint = ({ lat, lon }: Row) => Boolean(lat || lon);
    const addresses = queries.filter((query) => !isPoint(query));
    const points = queries.filter(isPoint);
    const matched = [
      ...(await server.match(addresses, {
        address_line_1: 'address1',
        address_city: 'city',
        address_state: 'state',
        address_postal: 'zip',
      })),
      ...(await server.match(points, { latitude: 'lat', longitude: 'lon' })),
    ];
    const rows = matched.map((row) => ({
      qid: row['qid'] ?? '',
      id: ids.get(row['reonomy_id'] ?? '') ?? '',
      status: row['status'] ?? '',
      miss_reason: row['miss_reason'] ?? '',
      confidence: row['match_confidence'] ?? '',
    }));
    await writeFile(target, stringify(rows, { header: true }));
    const score = spawnSync(process.execPath, [join(directory, 'score.mjs'), target, '--dir', directory, ...options], {
      stdio: 'inherit',
    });
    process.exitCode = score.status ?? 1;
    const byId = new Map(queries.map((query) => [query['qid'], query]));
    say(calibrationTable(rows.map((row) => judge(byId.get(row.qid) ?? {}, row))));
  } finally {
    await server.close();
  }
}

const [directory, ...others] = process.argv.slice(2);
if (directory === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const target = others[0]?.endsWith('.csv') ? resolve(others[0]) : join(tmpdir(), `match-results-${process.pid}.csv`);
  const options = others.filter((option) => !option.endsWith('.csv'));
  await run(resolve(directory), target, options);
  say(`results: ${target}`);
}
