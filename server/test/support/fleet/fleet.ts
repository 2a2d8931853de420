/**
 * Several real processes of `serve` on one database and one bucket, with nothing shared on disk. To start them costs a minute of a
 * processor: a file has one fleet for all its tests.
 */
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { inject, vi } from 'vitest';
import type { App } from '../../../src/app.ts';
import { freePort } from '../../../src/http/server/listening.ts';
import { OwnPostgres } from '../../crash/own-postgres.ts';
import { addAccount, beside, fillWithDemo, MASTER_KEY, type TestAccount } from '../app.ts';
import { FaultProxy } from '../fault-proxy.ts';
import { bucketSettings, SWIFT_KEYS, swiftBucket } from '../swift.ts';
import { type NodeOptions, NodeProcess, type Settings } from './node-process.ts';

type Own = Partial<Pick<NodeOptions, 'settings' | 'by' | 'program'>>;

/** What a node can be told of, before it is made. */
export interface Surroundings {
  readonly databaseUrl: string;
  readonly storeUrl: string;
  readonly directory: string;
}

export interface FleetOptions {
  readonly api?: number;
  readonly workers?: number;
  readonly settings?: Settings;
  /** What is different about one of them. */
  readonly node?: (name: string, around: Surroundings) => Own | Promise<Own>;
}

/** What every node is started with. */
const BASE: Settings = {
  CONVEYANCE_MASTER_KEY: MASTER_KEY,
  CONVEYANCE_LOG_LEVEL: 'info',
  CONVEYANCE_DRAIN_SECONDS: '10',
  // As short as it may be: takeovers do not take half a minute.
  CONVEYANCE_LEASE_SECONDS: '3',
  // Many processes on few cores: one job each, in a small child.
  CONVEYANCE_WORKERS: '1',
  CONVEYANCE_ENGINE_THREADS: '1',
  CONVEYANCE_MEMORY_LIMIT: '256MiB',
  CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
  CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
  CONVEYANCE_CALLBACK_ALLOW: '127.0.0.0/8',
};

/** The credentials come from the environment, as they do from an operator's. */
export function stubCredentials(): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', SWIFT_KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SWIFT_KEYS.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
}

/** What the demo has on this machine's disk is brought to the bucket. */
export async function uploadObjects({ deps }: Pick<App, 'deps'>, dataDir: string): Promise<void> {
  const objects = join(dataDir, 'objects');
  const found = await readdir(objects, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name);
    const key = relative(objects, path).split(sep).join('/');
    if (entry.isFile() && !key.startsWith('.')) await deps.store.put(key, path);
  }
}

export class Fleet implements AsyncDisposable {
  readonly apis: readonly NodeProcess[];
  readonly workers: readonly NodeProcess[];
  /** Its own: it can be killed, and has all of its connections for the nodes. */
  readonly postgres: OwnPostgres;
  /** Between the nodes, their customers' links, and the store. */
  readonly store: FaultProxy;
  readonly bucket: string;
  readonly directory: string;
  readonly settings: Settings;

  private constructor(parts: {
    nodes: readonly NodeProcess[];
    postgres: OwnPostgres;
    store: FaultProxy;
    bucket: string;
    directory: string;
    settings: Settings;
  }) {
    this.apis = parts.nodes.filter(({ role }) => role === 'api');
    this.workers = parts.nodes.filter(({ role }) => role === 'worker');
    this.postgres = parts.postgres;
    this.store = parts.store;
    this.bucket = parts.bucket;
    this.directory = parts.directory;
    this.settings = parts.settings;
  }

  /** Makes database and bucket with the demo's data, and the nodes; starts none of them. */
  static async make({ api = 3, workers = 3, settings = {}, node }: FleetOptions = {}): Promise<Fleet> {
    stubCredentials();
    const fleets = join(inject('runDirectory'), 'fleets');
    await mkdir(fleets, { recursive: true });
    const directory = await mkdtemp(join(fleets, 'fleet-'));
    await chmod(directory, 0o711);
    const loaded = join(directory, 'loaded');
    await mkdir(loaded);
    const postgres = await OwnPostgres.make(join(directory, 'database'));
    await fillWithDemo(loaded, postgres.url);
    const { endpoint, bucket } = await swiftBucket();
    const store = await FaultProxy.start(endpoint);
    const common = { ...BASE, DATABASE_URL: postgres.url, ...bucketSettings(store.url, bucket), ...settings };
    const silent = { ...common, CONVEYANCE_DATA_DIR: loaded, CONVEYANCE_LOG_LEVEL: 'silent' };
    await beside(silent, (open) => uploadObjects(open, loaded));
    await rm(loaded, { recursive: true });
    const nodes: NodeProcess[] = [];
    for (const role of ['api', 'worker'] as const) {
      for (let number = 1; number <= (role === 'api' ? api : workers); number++) {
        const name = `${role}-${number}`;
        const own = (await node?.(name, { databaseUrl: postgres.url, storeUrl: store.url, directory })) ?? {};
        const port = await freePort('127.0.0.1');
        const dataDir = join(directory, name);
        nodes.push(new NodeProcess({ role, name, port, dataDir, ...own, settings: { ...common, ...own.settings } }));
      }
    }
    return new Fleet({ nodes, postgres, store, bucket, directory, settings: common });
  }

  static async started(options: FleetOptions = {}): Promise<Fleet> {
    const fleet = await Fleet.make(options);
    try {
      await fleet.start();
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
    return fleet;
  }

  get nodes(): readonly NodeProcess[] {
    return [...this.apis, ...this.workers];
  }

  /** Starts those that do not run. The first alone: it brings the schema up to date. */
  async start(): Promise<void> {
    const [first, ...others] = this.nodes;
    await first?.start();
    await Promise.all(others.map((each) => each.start()));
  }

  /** What an operator does, in this process. */
  work<Result>(work: (open: Pick<App, 'deps'>) => Promise<Result>): Promise<Result> {
    const dataDir = join(this.directory, 'operator');
    return beside({ ...this.settings, CONVEYANCE_DATA_DIR: dataDir, CONVEYANCE_LOG_LEVEL: 'silent' }, work);
  }

  account(options?: Parameters<typeof addAccount>[1]): Promise<TestAccount> {
    return this.work((open) => addAccount(open, options));
  }

  api(index: number): NodeProcess {
    const found = this.apis[index % this.apis.length];
    if (found === undefined) throw new Error('the fleet has no API');
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((each) => each.kill()));
    await this.store.away();
    await this.postgres[Symbol.asyncDispose]();
    // Children of the engine notice a moment later that their parent is gone.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 20 });
    vi.unstubAllEnvs();
  }
}
