/** A server in a process of its own on generated data, with its ports opened here beside it. Linux only. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Conveyance } from '@conveyance/sdk';
import { readSettings } from '../../server/dist/config.js';
import { DEFAULT_SCOPES } from '../../server/dist/core/access.js';
import { type IssuedKey, issueKey, issueToken } from '../../server/dist/core/logins/credentials.js';
import type { Deps } from '../../server/dist/core/ports/deps.js';
import { openDeps } from '../../server/dist/deps.js';
import { spawnServer, TreeWatch } from '../process-tree.ts';
import { type BenchWorld, fillWarehouse, type Size } from '../server.ts';

/** Peaks of small jobs last for a tenth of a second; the watcher works while nothing is timed. */
const PEAK_SAMPLE_MS = 50;
const LOCALHOST = 'http://127.0.0.1';

export interface Served extends BenchWorld {
  readonly app: { readonly deps: Deps };
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  /** For file jobs, searches and matches. */
  readonly key: IssuedKey;
  /** Of the server's own database. */
  readonly databaseUrl: string;
  /** The largest sum of all processes' memory while it works: the server, its engine's children, its database. */
  peakOf(work: () => Promise<unknown>): Promise<number>;
  close(): Promise<void>;
}

export const QUIET_SETTINGS: Readonly<Record<string, string>> = {
  CONVEYANCE_PORT: '0',
  CONVEYANCE_LOG_LEVEL: 'error',
  CONVEYANCE_DRAIN_SECONDS: '0',
  CONVEYANCE_RATE_LIMIT_PER_MINUTE: '0',
  CONVEYANCE_REONOMY_RATE_LIMIT_PER_SECOND: '0',
};

async function postmasterOf(cluster: string): Promise<number> {
  const [pid] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

/** A directory that the database's user may pass through. */
export async function dataDirectory(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(dataDir, 0o711);
  return dataDir;
}

/** Puts data into an empty warehouse. */
type Fill = (app: BenchWorld['app'], dataDir: string) => Promise<void>;

/** @param data null for an empty warehouse */
export async function startServed(
  data: Size | Fill | null,
  more: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const dataDir = await dataDirectory();
  const settings = { ...QUIET_SETTINGS, CONVEYANCE_DATA_DIR: dataDir, ...more };
  const open = await openDeps(readSettings(settings), { exportChildren: 0, publicUrl: LOCALHOST });
  const { deps, embedded } = open;
  if (embedded === null) throw new Error('the benchmark brings its own database');
  if (typeof data === 'function') await data({ deps }, dataDir);
  else if (data !== null) await fillWarehouse({ deps }, dataDir, data);
  const { id } = await deps.db.accounts.create({ id: deps.ids(), name: 'bench', grants: 'all' });
  const token = await issueToken(deps, { accountId: id, scopes: DEFAULT_SCOPES });
  const key = await issueKey(deps, { accountId: id, scopes: DEFAULT_SCOPES });
  const server = await spawnServer(settings);
  const roots = [server.pid, await postmasterOf(embedded.locations.cluster)];
  return {
    app: { deps },
    client: new Conveyance({ url: server.url, token }),
    dataDir,
    url: server.url,
    pid: server.pid,
    token,
    key,
    databaseUrl: embedded.url,
    async peakOf(work) {
      const watch = new TreeWatch(roots, PEAK_SAMPLE_MS);
      try {
        await work();
        return watch.take().peakBytes;
      } finally {
        watch.stop();
      }
    },
    async close() {
      await server.stop();
      await open.close();
      await embedded.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
