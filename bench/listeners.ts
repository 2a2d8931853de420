/** What a thousand clients cost while they follow an account’s jobs and nothing happens, and how soon all hear of a change. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readSettings, VERSION } from '../server/dist/config.js';
import { DEFAULT_SCOPES } from '../server/dist/core/access.js';
import { encodePropertyIds, PropertyIdSet } from '../server/dist/core/ids/property-ids.js';
import { DEFAULT_FILE_OPTIONS } from '../server/dist/core/job.js';
import { issueToken } from '../server/dist/core/logins/credentials.js';
import type { Database } from '../server/dist/core/ports/database/database.js';
import { openDeps } from '../server/dist/deps.js';
import { createHttp } from '../server/dist/http/app.js';
import { createClientFiles } from '../server/dist/packaging/client-files.js';
import { createConsoleFiles } from '../server/dist/packaging/console-files.js';
import { milliseconds, say } from './statistics.ts';

const LISTENERS = 1000;
const WANTED_KIB = 64;
/** Longer than the pause between two signs of life, so that those are in the figure. */
const IDLE_MS = 32_000;
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

function openClients(url: string, authorization: string): ChildProcess {
  return fork(new URL('listener-clients.js', import.meta.url), [url, authorization, String(LISTENERS)]);
}

async function said(clients: ChildProcess, wanted: string): Promise<void> {
  for (;;) {
    const [message]: unknown[] = await once(clients, 'message');
    if (message === wanted) return;
  }
}

const SETTINGS = {
  rateLimitPerMinute: 0,
  reonomyRateLimitPerSecond: 0,
  publicUrl: 'http://127.0.0.1',
  tokenKey: new Uint8Array(32),
};

export async function benchListeners(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conveyance-bench-'));
  await chmod(dataDir, 0o711);
  const settings = readSettings({ CONVEYANCE_DATA_DIR: dataDir, CONVEYANCE_LOG_LEVEL: 'error' });
  const open = await openDeps(settings, { exportChildren: 0, publicUrl: 'http://127.0.0.1' });
  const { db, calls } = counted(open.deps.db);
  const deps = { ...open.deps, db };
  const http = createHttp({
    deps,
    settings: SETTINGS,
    version: VERSION,
    readiness: async () => ({ ready: true, checks: {} }),
    clientFiles: createClientFiles(),
    consoleFiles: createConsoleFiles(),
  });
  try {
    const { id: accountId } = await db.accounts.create({ id: deps.ids(), name: 'bench', grants: 'all' });
    const authorization = `Bearer ${await issueToken(deps, { accountId, scopes: DEFAULT_SCOPES })}`;
    const { version } = await db.warehouse.commit({ base: null, tables: {}, propertyIds: PropertyIdSet.of([1]) });
    const origin = await http.listen({ port: 0, host: '127.0.0.1' });
    const insertJob = async () =>
      db.jobs.insert({
        accountId,
        id: deps.ids(),
        kind: 'report',
        spec: {
          reportType: 'property',
          outputFormat: 'csv',
          startDate: '2025-12-01',
          endDate: '2025-12-31',
          ...DEFAULT_FILE_OPTIONS,
        },
        propertyIds: encodePropertyIds([1], 1),
        propertyCount: 1,
        callbackUrl: null,
        dataVersion: version,
        credentialId: (await db.credentials.list(accountId))[0]?.id ?? '',
      });
    const before = await heapBytes();
    const clients = openClients(`${origin}/api/v1/bulk_api/events`, authorization);
    await said(clients, 'open');
    const callsBefore = calls();
    await delay(IDLE_MS);
    const callsIdle = calls() - callsBefore;
    const after = await heapBytes();
    const start = performance.now();
    const everybody = said(clients, 'told');
    await insertJob();
    await everybody;
    const spread = performance.now() - start;
    const each = (after - before) / LISTENERS / KIB;
    say(`${LISTENERS} listeners of one account, idle for ${IDLE_MS / 1000} s; the clients are another process`);
    say(`  memory      ${each.toFixed(1)} KiB each (at most ${WANTED_KIB} are wanted)`);
    say(`  database    ${callsIdle} calls (0 are wanted)`);
    say(`  one change  told to all of them in ${milliseconds(spread)}, from before its insert`);
    clients.send('stop');
    await once(clients, 'exit');
  } finally {
    await http.close();
    await open.close();
    await open.embedded?.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}
