/** A rollback or a delete in a process of its own, which kills itself at the named stage: `node change-process.mjs SETTINGS`. */
import { randomUUID } from 'node:crypto';
import { oneKey } from '../../dist/core/ports/keys.js';
import { createEngine } from '../../dist/duckdb/parent/engine.js';
import { openDatabase } from '../../dist/postgres/database.js';
import { createDiskStore } from '../../dist/storage/disk/disk.js';
import { createSecrets } from '../../dist/storage/secrets.js';
import { planRollback, rollBack } from '../../dist/warehouse/history/rollback.js';
import { planRemoval, removeRows } from '../../dist/warehouse/remove/remove-rows.js';

const { url, root, spillDirectory, change, dieAt } = JSON.parse(process.argv[2]);
const log = { info() {}, warn() {}, error() {} };
const db = await openDatabase({ url, log, applicationName: 'change' });
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
const deps = { db, engine, store, clock: () => new Date(), ids: randomUUID, log, erasureSigner };
const dieIf = (stage) => {
  if (stage === dieAt) process.kill(process.pid, 'SIGKILL');
};
const watch = { signal: new AbortController().signal, onStage: dieIf };
const origin = { by: 'a test', note: null };
if (change === 'rollback') {
  await rollBack(deps, await planRollback(deps, 1, watch), origin, watch);
} else {
  const plan = await planRemoval(deps, { table: 'properties', condition: 'property_id = 1' }, watch);
  await removeRows(deps, plan, origin, watch);
}
dieIf('committed');
