/** Rounds of requests, sent by a process of its own, to servers in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../../server/dist/app.js';
import { readSettings } from '../../server/dist/config.js';
import { DEFAULT_SCOPES } from '../../server/dist/core/access.js';
import { issueToken } from '../../server/dist/core/logins/credentials.js';
import { Teardown } from '../../server/dist/core/teardown.js';
import { openDeps } from '../../server/dist/deps.js';
import { fillWarehouse, type Size } from '../server.ts';
import { quantile } from '../statistics.ts';

export interface Round {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII; empty for none. */
  readonly body: string;
  readonly connections: number;
  readonly requests: number;
}

export interface RoundResult {
  readonly ms: number;
  /** Milliseconds of each request. */
  readonly times: readonly number[];
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<number, number>>;
}

export interface Pace {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Throws if an answer was not 200. */
export function paceOf({ ms, times, statuses }: RoundResult): Pace {
  const other = Object.keys(statuses).filter((status) => status !== '200');
  if (other.length > 0) throw new Error(`answers had the status ${other.join(', ')}`);
  const sorted = times.toSorted((left, right) => left - right);
  return { perSecond: (times.length / ms) * 1000, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

export class RequestClient {
  readonly #process: ChildProcess = fork(new URL('request-client.js', import.meta.url));

  async run(round: Round): Promise<RoundResult> {
    const answered = once(this.#process, 'message');
    this.#process.send(round);
    const [result]: RoundResult[] = await answered;
    if (result === undefined) throw new Error('the client did not answer');
    return result;
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

/** What servers are started on. */
export interface Place {
  /** No server, which would take part in the work. */
  readonly app: Pick<App, 'deps' | 'embedded'>;
  readonly env: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly authorization: string;
  /** The descriptor of a file for their logs. */
  readonly log: number;
}

/** A database and a loaded warehouse for processes that are started on them, for as long as `work` takes. */
export async function withPlace<Result>(size: Size, work: (place: Place) => Promise<Result>): Promise<Result> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  const teardown = new Teardown();
  teardown.add(() => rm(dataDir, { recursive: true, force: true }));
  try {
    return await work(await openPlace(dataDir, size, teardown));
  } finally {
    await teardown.run();
  }
}

async function openPlace(dataDir: string, size: Size, teardown: Teardown): Promise<Place> {
  await chmod(dataDir, 0o711);
  const env = {
    CONVEYANCE_DATA_DIR: dataDir,
    CONVEYANCE_LOG_LEVEL: 'info',
    CONVEYANCE_DRAIN_SECONDS: '0',
    CONVEYANCE_WORKERS: '2',
    // Requests are counted, and none is refused.
    CONVEYANCE_RATE_LIMIT_PER_MINUTE: '1000000',
  };
  const log = openSync(join(dataDir, 'server.log'), 'a');
  teardown.add(async () => closeSync(log));
  const settings = readSettings({ ...env, CONVEYANCE_LOG_LEVEL: 'error' });
  const app = await openDeps(settings, { exportChildren: 0, publicUrl: 'http://127.0.0.1' });
  teardown.add(async () => app.embedded?.remove());
  teardown.add(() => app.close());
  await fillWarehouse(app, dataDir, size);
  const { id: accountId } = await app.deps.db.accounts.create({ id: app.deps.ids(), name: 'bench', grants: 'all' });
  const token = await issueToken(app.deps, { accountId, scopes: DEFAULT_SCOPES });
  return { app, env, accountId, authorization: `Bearer ${token}`, log };
}
