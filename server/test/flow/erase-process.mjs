/** An erasure in a process of its own, which kills itself when it comes to the named place: `node erase-process.mjs SETTINGS`. */
import { randomUUID } from 'node:crypto';
import { oneKey } from '../../dist/core/ports/keys.js';
import { NO_METER } from '../../dist/core/ports/telemetry.js';
import { createEngine } from '../../dist/duckdb/parent/engine.js';
import { erasePerson } from '../../dist/jobs/erasure/erase.js';
import { planErasure } from '../../dist/jobs/erasure/plan.js';
import { openDatabase } from '../../dist/postgres/database.js';
import { createDiskStore } from '../../dist/storage/disk/disk.js';
import { createSecrets } from '../../dist/storage/secrets.js';

const { url, root, spillDirectory, values, dieAt } = JSON.parse(process.argv[2]);
const log = { info() {}, warn() {}, error() {} };
const db = await openDatabase({ url, log, applicationName: 'erase' });
const store = createDiskStore({ root });
const engine = createEngine({
  exportChildren: 0,
  memoryLimit: '1GB',
  threads: 2,
  spillDirectory,
  localize: (key) => store.localize(key),
  log,
});
const erasureSigner = createSecrets(oneKey(Buffer.alloc(32, 7)));
const policy = { webhookSchedule: [0] };
const ports = { db, engine, store, erasureSigner, log, policy, meter: NO_METER };
const deps = { ...ports, clock: () => new Date(), ids: randomUUID };
const signal = new AbortController().signal;
const dieIf = (place) => {
  if (place === dieAt) process.kill(process.pid, 'SIGKILL');
};
const plan = await planErasure(deps, values, { signal });
await erasePerson(deps, plan, 'a test', { signal, onPlace: dieIf });
dieIf('ended');
