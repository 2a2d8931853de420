/** Generated data sets for tests, made and read by the real engine. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../src/core/ports/engine.ts';
import type { ResultRow } from '../../src/core/rows.ts';
import { type Generated, type GenerateOptions, generateDemo } from '../../src/demo/generate.ts';
import { createLazyEngine } from '../../src/duckdb/parent/engine.ts';
import { keptChildren } from '../support/kept-children.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NEVER_ABORTED = { signal: new AbortController().signal };
/** In January 2026: the last full month is December 2025. */
export const NOW = new Date('2026-01-15T12:00:00Z');

export interface DataSet extends Generated {
  readonly directory: string;
  /** Every row of the table, in the file's order. */
  rows(table: string): Promise<readonly ResultRow[]>;
  query(sql: string): Promise<readonly ResultRow[]>;
  bytes(table: string): Promise<Buffer>;
}

export interface DemoWorld {
  generate(options: Omit<GenerateOptions, 'outDirectory'>): Promise<DataSet>;
  close(): Promise<void>;
}

export async function openDemoWorld(threads = 2): Promise<DemoWorld> {
  const directory = await mkdtemp(join(tmpdir(), "conveyance-demo's-"));
  const engine = createLazyEngine({
    exportChildren: 0,
    memoryLimit: '1GB',
    threads,
    spillDirectory: join(directory, 'spill'),
    localize: (key) => Promise.resolve(key),
    children: keptChildren,
    log: QUIET,
  });
  return {
    async generate(options) {
      const outDirectory = await mkdtemp(join(directory, 'out-'));
      const generated = await generateDemo({ engine, clock: () => NOW }, { ...options, outDirectory }, NEVER_ABORTED);
      return dataSet(engine, outDirectory, generated);
    },
    async close() {
      await engine.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function dataSet(engine: Engine, directory: string, generated: Generated): DataSet {
  const views = Object.entries(generated.tables).map(([table, { file }]) => ({
    sql: `CREATE VIEW ${table} AS FROM read_parquet('${file.replaceAll("'", "''")}')`,
  }));
  const query = async (sql: string) => {
    const steps = [...views, { sql }];
    return (
      (
        await engine.run({ tables: {}, inputs: {}, directories: [directory], steps }, { lane: 'load' }, NEVER_ABORTED)
      ).at(-1) ?? []
    );
  };
  return {
    ...generated,
    directory,
    query,
    rows: (table) => query(`FROM ${table}`),
    bytes: (table) => readFile(generated.tables[table]?.file ?? ''),
  };
}
