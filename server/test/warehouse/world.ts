/** A real warehouse for tests: PostgreSQL, engine and objects on disk, in a directory of its own. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Deps } from '../../src/core/ports/deps.ts';
import { oneKey } from '../../src/core/ports/keys.ts';
import type { ObjectStore } from '../../src/core/ports/store.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { createLazyEngine, type OpenEngine } from '../../src/duckdb/parent/engine.ts';
import { createLocalFiles } from '../../src/intake/local/local-files.ts';
import { createDiskStore } from '../../src/storage/disk/disk.ts';
import { createSecrets } from '../../src/storage/secrets.ts';
import { type LoadOptions, type LoadReport, loadWarehouse } from '../../src/warehouse/load/load.ts';
import { TABLES, type TableName } from '../../src/warehouse/tables.ts';
import { keptChildren } from '../support/kept-children.ts';
import { silentLog, testDatabase } from '../support/postgres.ts';

export type WarehouseDeps = Pick<Deps, 'db' | 'engine' | 'store' | 'files' | 'clock' | 'ids' | 'log' | 'erasureSigner'>;

export interface World {
  readonly deps: WarehouseDeps;
  /** Where a test puts its files. */
  readonly directory: string;
  readonly rejectFile: string;
  readonly databaseUrl: string;
  /** The root of the object store. */
  readonly objects: string;
  write(name: string, text: string | Uint8Array): Promise<string>;
  load(
    paths: readonly string[],
    options?: Partial<LoadOptions>,
    deps?: WarehouseDeps,
    signal?: AbortSignal,
  ): Promise<LoadReport>;
  /** Asks the table's current files. */
  rows(table: TableName, sql: string): Promise<readonly ResultRow[]>;
  close(): Promise<void>;
}

/** An engine for worlds that follow each other. */
export interface WorldEngine {
  readonly engine: OpenEngine;
  /** Whose objects it reads. */
  store: Pick<ObjectStore, 'localize'> | undefined;
  close(): Promise<void>;
}

/** Cells are as the tables' columns are declared, whatever the rows look like. */
export const AS_DECLARED = { numbers: 'plain', dates: 'iso', empty: [] } as const;

/** Lazy: the first question starts a child. */
export async function openWorldEngine(exportChildren = 0): Promise<WorldEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-warehouse-engine-'));
  const engine = createLazyEngine({
    exportChildren,
    memoryLimit: '1GB',
    threads: 2,
    spillDirectory: join(directory, 'spill'),
    async localize(key) {
      if (world.store === undefined) throw new Error('the engine has no world');
      return world.store.localize(key);
    },
    children: keptChildren,
    log: silentLog,
  });
  const world: WorldEngine = {
    engine,
    store: undefined,
    async close() {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

export interface WorldOptions {
  /** For what a customer exports; loads and look-ups do without, and each is a process to start. */
  readonly exportChildren?: number;
  /** Of the file's tests, one after the other: it stays open. Without it the world has its own. */
  readonly shared?: WorldEngine;
}

export async function openWorld({ exportChildren, shared }: WorldOptions = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-warehouse-'));
  const { db, url, close } = await testDatabase();
  const objects = join(directory, 'objects');
  const store = createDiskStore({ root: objects });
  const using = shared ?? (await openWorldEngine(exportChildren));
  using.store = store;
  const { engine } = using;
  const files = createLocalFiles();
  const erasureSigner = createSecrets(oneKey(Buffer.alloc(32, 7)));
  const deps = { db, engine, store, files, clock: () => new Date(), ids: randomUUID, log: silentLog, erasureSigner };
  const rejectFile = join(directory, 'rejects.csv');
  return {
    deps,
    directory,
    rejectFile,
    databaseUrl: url,
    objects,
    async write(name, text) {
      const path = join(directory, 'in', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
    load: (paths, options = {}, ports = deps, signal = new AbortController().signal) =>
      loadWarehouse(
        ports,
        { paths, table: null, columnNames: new Map(), dryRun: false, maxRejects: 1000, rejectFile, ...options },
        { signal },
      ),
    async rows(table, sql) {
      const version = await db.warehouse.current();
      const files = version?.tables[table] ?? [];
      const tables = { [table]: { columns: TABLES[table].columns, files } };
      // In the lane of loads: a look-up would start a second child.
      const program = { tables, inputs: {}, directories: [], steps: [{ sql }] };
      const [rows = []] = await engine.run(program, { lane: 'load' }, { signal: new AbortController().signal });
      return rows;
    },
    async close() {
      if (shared === undefined) await using.close();
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
