/** A million properties with their details: what a request of the largest size costs, compared with the bare engine. */
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance, type FileJob, type PropertyDetails } from '@conveyance/sdk';
import { DuckDBInstance } from '@duckdb/node-api';
import { type App, createApp } from '../server/dist/app.js';
import { readSettings, type Settings } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { issueKey } from '../server/dist/core/logins/credentials.js';
import { copyStatement } from '../server/dist/duckdb/child/formats.js';
import { Session } from '../server/dist/duckdb/child/session.js';
import { createSourceView, FileShapes } from '../server/dist/duckdb/child/views.js';
import { PRELUDE } from '../server/dist/duckdb/print/prelude.js';
import { FROM_PLACE, printPart, TO_PLACE } from '../server/dist/duckdb/print/rows.js';
import { compileDetails } from '../server/dist/reports/compile-details.js';
import { fillWithProperties, readLines, writeShuffledIds } from './details-warehouse.ts';
import { type ServerProcess, serveProcess } from './frame/processes.ts';
import { say } from './statistics.ts';

const IDS_PER_FILE = 25_000;
const MIB = 1024 * 1024;
const DETAIL_TYPES = ['basic', 'sales', 'taxes'] as const;
/** Fewer for a quick look: `BENCH_PROPERTIES=100000 npm run bench -- details`. */
const COUNT = Number(process.env['BENCH_PROPERTIES'] ?? 1_000_000);

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}

interface Place {
  readonly dataDir: string;
  readonly idsFile: string;
  readonly settings: Settings;
}

interface Timed {
  readonly rows: number;
  readonly ms: number;
  readonly bytes: number;
  readonly cpuMs: number;
}

/**
 * The engine alone, with the threads of a job: finds the properties, joins their records, sorts by the request, and writes one file. It
 * may use all memory: with the 4 GiB of a job it gives up on a million properties.
 */
async function bareEngine({ deps }: App, { dataDir, idsFile, settings }: Place): Promise<Timed> {
  const version = await deps.db.warehouse.current();
  if (version === null) throw new Error('the warehouse is empty');
  const spec = { detailTypes: DETAIL_TYPES, updated: null, filterPii: false };
  const query = compileDetails(spec, version, Float64Array.of());
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(settings.threads),
    temp_directory: join(dataDir, 'bare-spill'),
  });
  const session = new Session(await instance.connect());
  for (const statement of PRELUDE) await session.execute(statement);
  try {
    const shapes = new FileShapes();
    for (const [name, { columns }] of Object.entries(query.tables)) {
      const paths = (version.tables[name] ?? []).map(({ key }) => join(dataDir, 'objects', key));
      await createSourceView(session, shapes, name, { columns, paths });
    }
    const path = join(dataDir, 'bare.ndjson');
    const target = { path, format: 'jsonl', compression: 'none', csvProfile: 'standard', metadata: {} } as const;
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    await session.execute(`CREATE TABLE requested AS SELECT asked.position, p.property_id FROM (
      SELECT row_number() OVER () - 1 AS position, uuid FROM read_csv('${idsFile}', header = false, columns = {'uuid': 'VARCHAR'})
    ) AS asked JOIN properties AS p ON p.reonomy_id = asked.uuid`);
    const copy = copyStatement(printPart(query.rows), query.columns, target, { path, header: false });
    const rows = await session.execute(copy, { [FROM_PLACE]: 0, [TO_PLACE]: COUNT });
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { size: bytes } = await stat(path);
    await rm(path);
    return { rows, ms, bytes, cpuMs: (user + system) / 1000 };
  } finally {
    session.close();
    instance.closeSync();
  }
}

/** Every id once, in its file, in the order of the request. */
async function verify(client: Conveyance, { id }: FileJob, idsFile: string): Promise<{ files: number; bytes: number }> {
  const asked = readLines(idsFile);
  let files = 0;
  let bytes = 0;
  for await (const file of client.files.open(id)) {
    const text = await new Response(file.body).text();
    const lines = text.trimEnd().split('\n');
    const expected = Math.min(IDS_PER_FILE, COUNT - files * IDS_PER_FILE);
    if (lines.length !== expected) throw new Error(`file ${files} has ${lines.length} lines instead of ${expected}`);
    for (const line of lines) {
      const property: PropertyDetails = JSON.parse(line);
      const { value } = await asked.next();
      if (property.id !== value) throw new Error(`file ${files} has ${property.id} where ${value} was asked for`);
    }
    files += 1;
    bytes += file.bytes ?? 0;
  }
  if (!(await asked.next()).done) throw new Error('not every id came');
  return { files, bytes };
}

async function measureJob(
  client: Conveyance,
  { api, worker }: { api: ServerProcess; worker: ServerProcess },
  place: Place,
) {
  const [before, apiCpu, workerCpu] = [api.watch.memory(), api.watch.cpu(), worker.watch.cpu()];
  api.watch.takePeak();
  worker.watch.takePeak();
  const startedAt = performance.now();
  const request = { detail_type: DETAIL_TYPES, property_ids: readLines(place.idsFile) };
  const job = await client.files.submitDetails(request);
  const postedMs = performance.now() - startedAt;
  const peak = api.watch.takePeak();
  const cpu = seconds(api.watch.cpu() - apiCpu);
  say(`  POST of ${COUNT} ids                 ${seconds(postedMs)} (${cpu} of processor time at the server)`);
  say(
    `  API process: ${mib(before)} before, ${mib(peak)} at the peak (+${mib(peak - before)}), ${mib(api.watch.memory())} after`,
  );
  await client.files.wait(job.id);
  const ms = performance.now() - startedAt;
  say(`  worker process at the peak          ${mib(worker.watch.takePeak())}`);
  const { files, bytes } = await verify(client, job, place.idsFile);
  const jobCpu = seconds(worker.watch.cpu() - workerCpu);
  say(`  POST to SUCCESS                     ${seconds(ms)} (${jobCpu} at the worker), ${files} files, ${mib(bytes)}`);
  return { rows: COUNT, ms };
}

async function withPlace(work: (app: App, place: Place, env: Readonly<Record<string, string>>) => Promise<void>) {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(dataDir, 0o711);
  const env = {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'warn',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_WORKERS: '1',
  };
  const settings = readSettings({ ...env, CONVEYANCE_PORT: '0' });
  const app = await createApp(settings);
  try {
    await work(app, { dataDir, idsFile: join(dataDir, 'ids.txt'), settings }, env);
  } finally {
    await app.stop();
    await app.embedded?.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export async function benchDetails(): Promise<void> {
  await withPlace(async (app, place, env) => {
    await fillWithProperties(app, COUNT);
    await writeShuffledIds(app.deps, COUNT, place.idsFile);
    const { id: accountId } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
    const { accessKey, secret } = await issueKey(app.deps, { accountId, scopes: DEFAULT_SCOPES });
    const [api, worker] = await Promise.all([serveProcess('api', env), serveProcess('worker', env)]);
    try {
      say(`property-details of ${COUNT} properties (${DETAIL_TYPES.join(', ')}), ids in no order`);
      const client = new Conveyance({ url: api.url, accessKey, secret, silenceMs: 600_000 });
      // Warm: the first request loads code.
      await client.files.wait(
        (await client.files.submitDetails({ detail_type: ['basic'], property_ids: ids(place, 10) })).id,
      );
      const ours = await measureJob(client, { api, worker }, place);
      const bare = await bareEngine(app, place);
      if (bare.rows !== ours.rows) throw new Error(`the bare engine wrote ${bare.rows} rows`);
      const pace = ({ rows, ms }: { rows: number; ms: number }) => `${Math.round((rows / ms) * 1000)} records/s`;
      say(
        `  bare engine, one file               ${seconds(bare.ms)} (${seconds(bare.cpuMs)} of processor time), ${mib(bare.bytes)}`,
      );
      say(`  ${pace(ours)} beside ${pace(bare)} of the bare engine: ratio ${(ours.ms / bare.ms).toFixed(2)}`);
    } finally {
      await Promise.all([api.stop(), worker.stop()]);
    }
  });
}

async function* ids({ idsFile }: Place, count: number): AsyncGenerator<string, void, undefined> {
  let left = count;
  for await (const id of readLines(idsFile)) {
    if (left-- === 0) return;
    yield id;
  }
}
