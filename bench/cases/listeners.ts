import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readSettings, VERSION } from '../../server/dist/config.js';
import { DEFAULT_SCOPES } from '../../server/dist/core/access.js';
import { issueToken } from '../../server/dist/core/logins/credentials.js';
import type { Database } from '../../server/dist/core/ports/database/database.js';
import { oneKey } from '../../server/dist/core/ports/keys.js';
import { openDeps } from '../../server/dist/deps.js';
import { createHttp } from '../../server/dist/http/app.js';
import { createClientFiles } from '../../server/dist/packaging/client-files.js';
import { createConsoleFiles } from '../../server/dist/packaging/console-files.js';
import { alone, type BenchCase, type Figures, type How, type Row } from '../frame/figures.ts';
import { idleJobs } from '../frame/idle-jobs.ts';
import { dataDirectory } from '../frame/served.ts';

/** Idle for longer than the pause between two signs of life, so that those are in the figure. */
const WHOLE = { accounts: 10, idleMs: 32_000, changes: 9 };
const QUICK = { accounts: 1, idleMs: 500, changes: 1 };
/** As many streams as an account may follow, and a credential of it. */
const CREDENTIALS = 5;
const STREAMS = 20;
const MOST_KIB = 64;
const KIB = 1024;

/** The database with a counter: it is only reached through its methods. */
function counted(db: Database): { readonly db: Database; calls(): number } {
  let calls = 0;
  const count = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return count(member);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]): unknown => {
          calls += 1;
          return Reflect.apply(member, target, values);
        };
      },
    });
  return { db: count(db), calls: () => calls };
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function heapBytes(): Promise<number> {
  collectGarbage();
  await delay(500);
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function openClients({ origin, tokens }: Watched): ChildProcess {
  const url = `${origin}/api/v1/bulk_api/events`;
  return fork(new URL('../frame/listener-clients.js', import.meta.url), [url, String(STREAMS), ...tokens]);
}

async function said(clients: ChildProcess, wanted: string): Promise<void> {
  const ended = new AbortController();
  const stop = () => ended.abort(new Error('the listeners ended'));
  clients.once('exit', stop);
  try {
    for (;;) {
      const [message]: unknown[] = await once(clients, 'message', { signal: ended.signal });
      if (message === wanted) return;
    }
  } finally {
    clients.off('exit', stop);
  }
}

async function follow(watched: Watched, { accounts, idleMs, changes }: typeof WHOLE): Promise<Row[]> {
  const { insertJobs, calls } = watched;
  const listeners = accounts * CREDENTIALS * STREAMS;
  const before = await heapBytes();
  const clients = openClients(watched);
  try {
    await said(clients, 'open');
    const callsBefore = calls();
    await delay(idleMs);
    const callsIdle = calls() - callsBefore;
    const each = ((await heapBytes()) - before) / listeners / KIB;
    const times: number[] = [];
    for (let change = 0; change < changes; change++) {
      const everybody = said(clients, 'told');
      const start = performance.now();
      await insertJobs();
      await everybody;
      times.push(performance.now() - start);
    }
    const memory = { of: 'value', is: 'at most', limit: MOST_KIB } as const;
    const nothing = { of: 'value', is: 'at most', limit: 0 } as const;
    return [
      alone({ subject: `memory of each of ${listeners} listeners`, unit: 'KiB', goal: memory }, [each]),
      alone(
        { subject: `calls of the database while nothing happens, ${idleMs / 1000} s`, unit: 'calls', goal: nothing },
        [callsIdle],
      ),
      alone(
        {
          subject: `a change of each account is told to all ${listeners}, from before the first insert, after`,
          unit: 'ms',
        },
        times,
      ),
    ];
  } finally {
    if (clients.exitCode === null) {
      const exited = once(clients, 'exit');
      clients.send('stop');
      await exited;
    }
  }
}

interface Watched {
  readonly origin: string;
  readonly tokens: readonly string[];
  /** One for each account. */
  readonly insertJobs: () => Promise<unknown>;
  readonly calls: () => number;
}

async function run({ quick }: How): Promise<Figures> {
  const dataDir = await dataDirectory();
  const settings = readSettings({ CONVEYANCE_DATA_DIR: dataDir, CONVEYANCE_LOG_LEVEL: 'error' });
  const open = await openDeps(settings, { exportChildren: 0, publicUrl: 'http://127.0.0.1' });
  const { db, calls } = counted(open.deps.db);
  const deps = { ...open.deps, db };
  const http = createHttp({
    deps,
    settings: {
      rateLimitPerMinute: 0,
      reonomyRateLimitPerSecond: 0,
      publicUrl: 'http://127.0.0.1',
      tokenKeys: oneKey(new Uint8Array(32)),
    },
    version: VERSION,
    readiness: async () => ({ ready: true, checks: {} }),
    clientFiles: createClientFiles(),
    consoleFiles: createConsoleFiles(),
  });
  try {
    const extent = quick ? QUICK : WHOLE;
    const tokens: string[] = [];
    const makers: (() => Promise<unknown>)[] = [];
    for (let account = 0; account < extent.accounts; account++) {
      const { id: accountId } = await db.accounts.create({ id: deps.ids(), name: `bench ${account}`, grants: 'all' });
      for (let credential = 0; credential < CREDENTIALS; credential++) {
        tokens.push(await issueToken(deps, { accountId, scopes: DEFAULT_SCOPES }));
      }
      makers.push(await idleJobs(deps, accountId));
    }
    const insertJobs = () => Promise.all(makers.map((make) => make()));
    const origin = await http.listen({ port: 0, host: '127.0.0.1' });
    const rows = await follow({ origin, tokens, insertJobs, calls }, extent);
    return { rows, peakBytes: null, skipped: [] };
  } finally {
    await http.close();
    await open.close();
    await open.embedded?.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export const listeners: BenchCase = {
  name: 'listeners',
  title: 'Listeners',
  about:
    'A thousand clients, in a process of their own, follow ten accounts’ jobs by server-sent events: what each of them takes of the server’s heap, what it asks of the database while nothing happens, and how soon all have heard of a change. Nothing does the same, so there is no reference.',
  run,
};
