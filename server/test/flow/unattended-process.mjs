/** Loads that nobody watches, in a process that kills itself on the way: `node unattended-process.mjs SETTINGS`. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { watchFolder } from '../../dist/cli/operator/load/watch.js';
import { WatchedFolder } from '../../dist/cli/operator/load/watched-folder.js';
import { readSettings } from '../../dist/config.js';
import { oneKey } from '../../dist/core/ports/keys.js';
import { createEngine } from '../../dist/duckdb/parent/engine.js';
import { createLocalFiles } from '../../dist/intake/local/local-files.js';
import { openLoadSources } from '../../dist/load-sources.js';
import { openDatabase } from '../../dist/postgres/database.js';
import { createDiskStore } from '../../dist/storage/disk/disk.js';
import { createSecrets } from '../../dist/storage/secrets.js';
import { createVault } from '../../dist/storage/vault.js';
import { runFeeds } from '../../dist/worker/feeds.js';

const { url, root, spillDirectory, folder, environment, how, dieAt } = JSON.parse(process.argv[2]);
const die = () => process.kill(process.pid, 'SIGKILL');
const dieIf = (step) => step === dieAt && die();

/** Another method in the place of one. */
const withMethod = (port, name, made) =>
  new Proxy(port, {
    get(target, asked) {
      const method = Reflect.get(target, asked);
      if (asked === name) return made((...words) => method.apply(target, words));
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });

const log = { info() {}, warn() {}, error() {} };
const database = await openDatabase({ url, log, applicationName: 'unattended' });
let commits = false;
const committing = (warehouse) =>
  withMethod(warehouse, 'commit', (commit) => async (change) => {
    dieIf('committing');
    // The fault that the test must see: one table has its new rows, the other its old ones.
    if (dieAt === 'half') {
      const before = await warehouse.current();
      const { property_days: _days, ...others } = change.tables;
      await database.warehouse.commit({ ...change, tables: { ...others, property_days: before.tables.property_days } });
      die();
    }
    const version = await commit(change);
    dieIf('uncommitted');
    commits = true;
    return version;
  });
const db = withMethod(database, 'transaction', (transaction) => async (work) => {
  const result = await transaction((tx) => work({ ...tx, warehouse: committing(tx.warehouse) }));
  if (commits) dieIf('committed');
  return result;
});
const store = createDiskStore({ root });
let programs = 0;
const localize = (key) => store.localize(key);
const engine = withMethod(
  createEngine({ exportChildren: 0, memoryLimit: '1GB', threads: 2, spillDirectory, localize, log }),
  'run',
  (run) =>
    (...asked) => {
      const answer = run(...asked);
      programs += 1;
      // By then the child has its order.
      if (programs === dieAt) setImmediate(die);
      return answer;
    },
);
const reading = await openLoadSources(readSettings(environment));
const sources = withMethod(reading, 'open', (open) => (request) => {
  const source = open(request);
  return withMethod(source, 'fetch', (fetch) => async (...words) => {
    const onBytes = () => dieIf('fetching');
    const files = await fetch(words[0], { ...words[1], onBytes });
    dieIf('fetched');
    return files;
  });
});
const erasureSigner = createSecrets(oneKey(Buffer.alloc(32, 7)));
const vault = createVault(oneKey(Buffer.alloc(32, 9)));
const ports = { db, engine, store, files: createLocalFiles(), clock: () => new Date(), ids: randomUUID, log };
const deps = { ...ports, erasureSigner, sources, vault };
const { signal } = new AbortController();
if (how === 'feed') {
  await runFeeds(deps, signal);
} else {
  const [done, failed] = [join(folder, 'done'), join(folder, 'failed')];
  const watched = new WatchedFolder({ folder, done, failed, settleMs: 0, marker: null });
  const out = { data() {}, say() {} };
  const options = { table: null, columnNames: new Map(), dryRun: false, maxRejects: 0, rejectFile: null };
  await watchFolder({ deps, folder: watched, options, out, stopped: signal, lookEveryMs: 50 });
}
