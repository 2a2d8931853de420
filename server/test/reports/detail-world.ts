/** Details and searches on the real engine: records in Parquet files, answers as the JSONL that customers get. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataVersion } from '../../src/core/ports/database/warehouse.ts';
import { type Engine, type ExportPlan, type Query, queryRows } from '../../src/core/ports/engine.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { createEngine } from '../../src/duckdb/parent/engine.ts';
import { fileSink } from '../support/file-sink.ts';
import { keptChildren } from '../support/kept-children.ts';
import { EngineTables, type Warehouse } from './engine-tables.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface DetailWorld {
  readonly engine: Engine;
  readonly tables: EngineTables;
  readonly directory: string;
  write(warehouse: Warehouse): Promise<DataVersion>;
  /** The lines of the file, unparsed. */
  lines(query: ExportPlan): Promise<readonly string[]>;
  rows(query: ExportPlan): Promise<readonly Record<string, unknown>[]>;
  read(query: Query): Promise<readonly ResultRow[]>;
  close(): Promise<void>;
}

export async function openDetailWorld(): Promise<DetailWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-details-'));
  const tables = await EngineTables.open();
  const engine = createEngine({
    exportChildren: 1,
    memoryLimit: '1GB',
    threads: 2,
    spillDirectory: join(directory, 'spill'),
    localize: (key) => Promise.resolve(key),
    children: keptChildren,
    log: QUIET,
  });
  const watch = { signal: new AbortController().signal };
  let files = 0;
  const lines = async (query: ExportPlan) => {
    const path = join(directory, `${files++}.jsonl`);
    const [rows] = await engine.write(query, [fileSink(path, { format: 'jsonl' })], watch);
    const found = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    if (found.length !== rows) throw new Error(`${rows} rows were reported and ${found.length} written`);
    return found;
  };
  return {
    engine,
    tables,
    directory,
    write: (warehouse) => tables.write(warehouse),
    lines,
    rows: async (query) => (await lines(query)).map((line) => JSON.parse(line) as Record<string, unknown>),
    read: (query) => queryRows(engine, query, watch),
    async close() {
      await engine.close();
      await tables.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
