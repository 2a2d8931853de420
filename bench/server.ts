/** A whole server on a warehouse of generated data, for as long as a benchmark runs. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance, type ReportJob } from '@conveyance/sdk';
import { type App, createApp } from '../server/dist/app.js';
import { readSettings } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { issueToken } from '../server/dist/core/logins/credentials.js';
import { generateDemo } from '../server/dist/demo/generate.js';
import { loadWarehouse } from '../server/dist/warehouse/load/load.js';

export const END = '2025-12';
export const FIRST_IDS = [99001416, 99001470, 99004737];

/** A server that answers, and its ports, as benchmarks use them. */
export interface BenchWorld {
  readonly app: Pick<App, 'deps'>;
  readonly client: Conveyance;
  readonly dataDir: string;
}

export interface BenchServer extends BenchWorld {
  readonly app: App;
  close(): Promise<void>;
}

export interface Size {
  readonly size: 'tiny' | 'demo' | 'bench';
  readonly properties?: number;
  /** Further properties, without a history. */
  readonly parcels?: number;
}

/** Loads generated data into an empty warehouse. */
export async function fillWarehouse({ deps }: Pick<App, 'deps'>, dataDir: string, size: Size): Promise<void> {
  const watch = { signal: new AbortController().signal };
  const outDirectory = join(dataDir, 'generated');
  await mkdir(outDirectory);
  const { tables } = await generateDemo(deps, { ...size, end: END, outDirectory }, watch);
  const paths = Object.values(tables).map(({ file }) => file);
  const rejectFile = join(dataDir, 'rejects.csv');
  await loadWarehouse(
    deps,
    { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile },
    watch,
  );
  await rm(outDirectory, { recursive: true });
}

export async function startServer(size: Size): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(dataDir, 0o711);
  const app = await createApp(
    readSettings({
      CONVEYANCE_DATA_DIR: dataDir,
      CONVEYANCE_PORT: '0',
      CONVEYANCE_LOG_LEVEL: 'error',
      CONVEYANCE_DRAIN_SECONDS: '0',
      CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
    }),
  );
  await fillWarehouse(app, dataDir, size);
  await app.start();
  const { id } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
  const token = await issueToken(app.deps, { accountId: id, scopes: DEFAULT_SCOPES });
  return {
    app,
    client: new Conveyance({ url: app.url, token }),
    dataDir,
    async close() {
      await app.stop();
      await app.embedded?.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface ReportRequest {
  readonly report_type: 'property' | 'floorplans' | 'units';
  readonly output_format: 'csv' | 'jsonl' | 'parquet';
  readonly compression?: 'none' | 'gzip' | 'zstd';
  readonly start_date: string;
  readonly end_date: string;
  readonly property_ids: number[];
}

export function smallJob(output_format: ReportRequest['output_format']): ReportRequest {
  return {
    report_type: 'property',
    output_format,
    start_date: '2025-12-01',
    end_date: '2025-12-31',
    property_ids: FIRST_IDS,
  };
}

const PER_PAGE = 100;

/** Of all properties. */
export async function propertyIds({ client }: Pick<BenchWorld, 'client'>): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of client.properties.lookupAll({ per_page: PER_PAGE })) ids.push(id);
  return ids;
}

/** Makes a job, and waits until the database tells of its end: a client's polling would be part of the time. */
export async function untilEnd({ app }: Pick<BenchWorld, 'app'>, create: () => Promise<string>): Promise<string> {
  let created: string | undefined;
  const early = new Set<string>();
  let finished: (() => void) | undefined;
  const release = app.deps.db.subscribe('job-finished', (id) => {
    if (id === created) finished?.();
    else early.add(id);
  });
  try {
    const ended = new Promise<void>((resolve) => {
      finished = resolve;
    });
    created = await create();
    if (!early.has(created)) await ended;
    return created;
  } finally {
    release();
  }
}

/** From the POST to the end. */
export async function runJob({ app, client }: BenchWorld, job: ReportRequest): Promise<ReportJob> {
  const id = await untilEnd({ app }, async () => (await client.exports.create(job)).job_id);
  const finished = await client.exports.get(id);
  if (finished.status !== 'succeeded') throw new Error(`the job ended as ${finished.status}`);
  return finished;
}
