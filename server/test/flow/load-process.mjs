/** A load in a process of its own, which kills itself at the named stage, or while the engine works on the n-th program: `node load-process.mjs SETTINGS`. */
import { randomUUID } from 'node:crypto';
import { readSettings } from '../../dist/config.js';
import { oneKey } from '../../dist/core/ports/keys.js';
import { createEngine } from '../../dist/duckdb/parent/engine.js';
import { createLocalFiles } from '../../dist/intake/local/local-files.js';
import { openLoadSources } from '../../dist/load-sources.js';
import { openDatabase } from '../../dist/postgres/database.js';
import { createDiskStore } from '../../dist/storage/disk/disk.js';
import { createSecrets } from '../../dist/storage/secrets.js';
import { withFetched } from '../../dist/warehouse/addresses/fetched.js';
import { loadAndRecord } from '../../dist/warehouse/loads/recorded-load.js';

const { url, root, spillDirectory, paths, address, environment, rejectFile, dieAt } = JSON.parse(process.argv[2]);
const log = { info() {}, warn() {}, error() {} };
const db = await openDatabase({ url, log, applicationName: 'load' });
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
let programs = 0;
const mortal = {
  ...engine,
  run(...asked) {
    const answer = engine.run(...asked);
    programs += 1;
    // By then the child has its order.
    if (programs === dieAt) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    return answer;
  },
};
const sources = await openLoadSources(readSettings(environment ?? {}));
const { signal } = new AbortController();
const onBytes = () => {
  if (dieAt === 'fetching') process.kill(process.pid, 'SIGKILL');
};
const load = (fetched) =>
  loadAndRecord(
    {
      db,
      engine: mortal,
      store,
      files: createLocalFiles(),
      clock: () => new Date(),
      ids: randomUUID,
      log,
      erasureSigner,
    },
    {
      ...fetched.options,
      paths: fetched.paths,
      table: null,
      columnNames: new Map(),
      dryRun: false,
      maxRejects: 0,
      rejectFile,
    },
    { origin: 'command' },
    {
      signal,
      onStage: (stage) => {
        if (stage === dieAt) process.kill(process.pid, 'SIGKILL');
      },
    },
  );
const requests = address === undefined ? [] : [{ address }];
await withFetched(
  { sources, store, ids: randomUUID },
  { paths, requests },
  { fetching: (source, folder) => source.fetch(folder, { signal, onBytes }) },
  load,
);
