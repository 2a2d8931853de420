import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Conveyance, type PropertyDetails } from '@conveyance/sdk';
import { DuckDBInstance } from '@duckdb/node-api';
import { readSettings } from '../../server/dist/config.js';
import { FROM_PLACE, TO_PLACE } from '../../server/dist/core/plan/rows.js';
import { copyStatement } from '../../server/dist/duckdb/child/formats.js';
import { Session } from '../../server/dist/duckdb/child/session.js';
import { createSourceView, FileShapes } from '../../server/dist/duckdb/child/views.js';
import { PRELUDE } from '../../server/dist/duckdb/print/prelude.js';
import { printPart } from '../../server/dist/duckdb/print/rows.js';
import { compileDetails } from '../../server/dist/reports/compile-details.js';
import { fillWithProperties, readLines, writeShuffledIds } from '../details-warehouse.ts';
import { numberFlag } from '../flags.ts';
import { type BenchCase, beside, type Figures, type How } from '../frame/figures.ts';
import { type Served, startServed } from '../frame/served.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { untilEnd } from '../server.ts';

const DETAIL_TYPES = ['basic', 'sales', 'taxes'] as const;
const IDS_PER_FILE = 25_000;
const COUNTS = { whole: 1_000_000, quick: 2000 };
const PAIRS = 3;
/** Reading a million ids, before the first byte of the answer. */
const SILENCE_MS = 600_000;
const LEAST_OF_BARE = 0.75;

interface Bench {
  readonly served: Served;
  readonly client: Conveyance;
  readonly idsFile: string;
  readonly count: number;
}

function submit({ served, client, idsFile }: Bench): Promise<string> {
  const request = { detail_type: DETAIL_TYPES, property_ids: readLines(idsFile) };
  return untilEnd(served, async () => (await client.files.submitDetails(request)).id);
}

/** Every id once, in its file, in the order of the request. */
async function verify({ client, idsFile, count }: Bench, id: string): Promise<void> {
  const asked = readLines(idsFile);
  let files = 0;
  for await (const file of client.files.open(id)) {
    const lines = (await new Response(file.body).text()).trimEnd().split('\n');
    const expected = Math.min(IDS_PER_FILE, count - files * IDS_PER_FILE);
    if (lines.length !== expected) throw new Error(`file ${files} has ${lines.length} lines instead of ${expected}`);
    for (const line of lines) {
      const property: PropertyDetails = JSON.parse(line);
      const { value } = await asked.next();
      if (property.id !== value) throw new Error(`file ${files} has ${property.id} where ${value} was asked for`);
    }
    files += 1;
  }
  if (!(await asked.next()).done) throw new Error('not every id came');
}

/**
 * The engine alone, with the threads of a job: finds the properties, joins their records, sorts by the request, and writes one file. It
 * may use all memory: with the 4 GiB that a job once had it gave up on a million properties.
 */
async function bareEngine({ served, idsFile, count }: Bench) {
  const { app, dataDir } = served;
  const version = await app.deps.db.warehouse.current();
  if (version === null) throw new Error('the warehouse is empty');
  const spec = { detailTypes: DETAIL_TYPES, updated: null, filterPii: false };
  const query = compileDetails(spec, version, Float64Array.of());
  const spill = join(dataDir, 'bare-spill');
  await mkdir(spill);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(readSettings({}).threads),
    temp_directory: spill,
  });
  const session = new Session(await instance.connect());
  for (const statement of PRELUDE) await session.execute(statement);
  const shapes = new FileShapes();
  for (const [name, { columns }] of Object.entries(query.tables)) {
    const paths = await Promise.all((version.tables[name] ?? []).map(({ key }) => app.deps.store.localize(key)));
    await createSourceView(session, shapes, name, { columns, paths });
  }
  const path = join(dataDir, 'bare.ndjson');
  const form = { format: 'jsonl', compression: 'none', csvProfile: 'standard', metadata: {} } as const;
  const copy = copyStatement(printPart(query.rows), query.columns, form, { path, header: false });
  return {
    async run() {
      await session.execute(`CREATE OR REPLACE TABLE requested AS SELECT asked.position, p.property_id FROM (
        SELECT row_number() OVER () - 1 AS position, uuid FROM read_csv('${idsFile}', header = false, columns = {'uuid': 'VARCHAR'})
      ) AS asked JOIN properties AS p ON p.reonomy_id = asked.uuid`);
      const rows = await session.execute(copy, { ...query.parameters, [FROM_PLACE]: 0, [TO_PLACE]: count });
      await rm(path);
      if (rows !== count) throw new Error(`the bare engine wrote ${rows} rows of ${count}`);
    },
    close() {
      session.close();
      instance.closeSync();
    },
  };
}

async function measure(bench: Bench, pairs: number): Promise<Figures> {
  const { served, count } = bench;
  const peakBytes = await served.peakOf(async () => verify(bench, await submit(bench)));
  const bare = await bareEngine(bench);
  try {
    const { job, engine } = await takeTurns(pairs, {
      job: async () => count / (await seconds(() => submit(bench))),
      engine: async () => count / (await seconds(bare.run)),
    });
    const row = beside(
      {
        subject: `records of ${count.toLocaleString('en')} properties`,
        unit: '/s',
        goal: { of: 'ratio', is: 'at least', limit: LEAST_OF_BARE },
      },
      job,
      { name: 'bare engine', values: engine },
    );
    return { rows: [row], peakBytes, skipped: [] };
  } finally {
    bare.close();
  }
}

async function run({ quick }: How): Promise<Figures> {
  const count = numberFlag('ids', quick ? COUNTS.quick : COUNTS.whole);
  const served = await startServed((app) => fillWithProperties(app, count), { CONVEYANCE_WORKERS: '1' });
  try {
    const idsFile = join(served.dataDir, 'ids.txt');
    await writeShuffledIds(served.app.deps, count, idsFile);
    const { accessKey, secret } = served.key;
    const client = new Conveyance({ url: served.url, accessKey, secret, silenceMs: SILENCE_MS });
    return await measure({ served, client, idsFile, count }, numberFlag('pairs', quick ? 1 : PAIRS));
  } finally {
    await served.close();
  }
}

export const details: BenchCase = {
  name: 'details',
  title: 'Details',
  about:
    'Details of as many properties as a request may name, of the types `basic`, `sales` and `taxes`, ids in no order: from the POST with the ids to the last of the files, which are checked once, line by line. The bare engine reads the same ids from a file, finds the properties, joins their records and writes them in the order of the request to one file, with the same threads and all memory.',
  run,
};
