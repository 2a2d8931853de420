/** A real engine with its own directory, and Parquet files made by a second, uncaged engine. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Column } from '../../src/core/columns.ts';
import type { OutputFormat } from '../../src/core/job.ts';
import type { FileForm } from '../../src/core/ports/engine.ts';
import type { Logger } from '../../src/core/ports/logger.ts';
import { createEngine, type EngineOptions, type OpenEngine } from '../../src/duckdb/parent/engine.ts';
import { type FileSink, fileSink } from '../support/file-sink.ts';

export interface LogLine {
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface EngineWorld {
  readonly engine: OpenEngine;
  readonly directory: string;
  readonly spillDirectory: string;
  readonly log: readonly LogLine[];
  /** Stores the rows of a query under a key. */
  store(key: string, sql: string, options?: string): Promise<void>;
  /** The local path of a stored object. */
  path(key: string): string;
  sink(format: OutputFormat, more?: Partial<Omit<FileForm, 'format'>>): FileSink;
  close(): Promise<void>;
}

export function recordingLog(): Logger & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const record = (event: string, fields = {}) => void lines.push({ event, fields });
  return { lines, info: record, warn: record, error: record };
}

/** A column of which only name and type matter. */
export function column(name: string, type: Column['type']): Column {
  return { name, type, nullable: true, unit: null, pii: 'none', description: 'A column of the test.', since: '1.0' };
}

/** What is opened in the directory, which goes if that is refused. */
async function orRemove<Opened>(directory: string, open: () => Opened): Promise<Opened> {
  try {
    return open();
  } catch (error) {
    await rm(directory, { recursive: true });
    throw error;
  }
}

export async function openEngineWorld(options: Partial<EngineOptions> = {}): Promise<EngineWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-engine-'));
  const [objects, scratch, spillDirectory] = ['objects', 'scratch', 'spill'].map((name) => join(directory, name));
  if (!objects || !scratch || !spillDirectory) throw new Error('no directories');
  await Promise.all([objects, scratch].map((path) => mkdir(path)));
  const log = recordingLog();
  const path = (key: string) => join(objects, key);
  const settings = { exportChildren: 1, memoryLimit: '512MB', threads: 2, spillDirectory, log };
  const engine = await orRemove(directory, () =>
    createEngine({ ...settings, localize: async (key) => path(key), ...options }),
  );
  const maker = await (await DuckDBInstance.create(':memory:')).connect();
  await maker.run(`SET TimeZone = 'UTC'`);
  let sinks = 0;
  return {
    engine,
    directory,
    spillDirectory,
    log: log.lines,
    path,
    async store(key, sql, copyOptions = '') {
      await mkdir(dirname(path(key)), { recursive: true });
      await maker.run(`COPY (${sql}) TO '${path(key)}' (FORMAT parquet ${copyOptions})`);
    },
    sink: (format, more = {}) => fileSink(join(scratch, `${++sinks}.${format}`), { ...more, format }),
    async close() {
      await engine.close();
      maker.closeSync();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const never = new AbortController().signal;

/** Polls, because the condition lies outside this process. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
