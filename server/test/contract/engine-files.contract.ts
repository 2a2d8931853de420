import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS, type OutputFormat } from '../../src/core/job.ts';
import { parameter } from '../../src/core/plan/expression.ts';
import type { Rows } from '../../src/core/plan/rows.ts';
import type { EngineProgress, ExportPlan } from '../../src/core/ports/engine.ts';
import { column, type EngineWorld, never } from '../duckdb/engine-world.ts';
import { storedPlan } from '../duckdb/plans.ts';
import type { FileSink } from '../support/file-sink.ts';
import { readCsv, readJsonLines, readParquet } from './engine-readers.ts';

/** Enough rows of each property for several parts in every format. */
const ROWS_PER_PROPERTY = 1_000;
const FILE_SIZES = [100, 0, 150, 1];
const PROPERTIES = FILE_SIZES.reduce((sum, size) => sum + size, 0);

/** The place of each property in the request, and its file, in an order that has nothing to do with either. */
const PLACES = FILE_SIZES.flatMap((size, file) => Array.from({ length: size }, () => file))
  .map((file, index) => [index, index + 1, file] as const)
  .sort(([left], [right]) => ((left * 7919) % PROPERTIES) - ((right * 7919) % PROPERTIES));

const NUMBERS = 'numbers.parquet';
const COLUMNS = [column('property_id', 'id'), column('n', 'count'), column('note', 'text')];
const REQUESTED = [column('position', 'id'), column('property_id', 'id'), column('file', 'id')];

function plan(changes: Partial<Rows> = {}): ExportPlan {
  const { rows, ...stored } = storedPlan(COLUMNS, [NUMBERS]);
  const shown = rows.columns.map((each) =>
    each.name === 'note' ? { ...each, value: parameter('note', 'text') } : each,
  );
  return {
    ...stored,
    inputs: { requested: { columns: REQUESTED, batches: [PLACES] } },
    parameters: { note: 'a word' },
    rows: {
      ...rows,
      requested: { input: 'requested', order: 'as-asked', inFiles: true },
      order: ['n'],
      columns: shown,
      ...changes,
    },
  };
}

async function idsOf(path: string, format: OutputFormat): Promise<readonly number[]> {
  if (format === 'csv') return (await readCsv(path)).rows.map(([id]) => Number(id));
  const rows = format === 'jsonl' ? await readJsonLines(path) : await readParquet(path);
  return rows.map(({ property_id: id }) => Number(id));
}

/** What every engine must do with several files. */
export function engineFilesContract(open: () => Promise<EngineWorld>): void {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await open();
    await world.store(
      NUMBERS,
      `SELECT id AS property_id, n::INTEGER AS n FROM range(1, ${PROPERTIES + 100}) ids(id), range(${ROWS_PER_PROPERTY}) t(n) ORDER BY id, n`,
    );
  });
  afterAll(() => world.close());

  const sinks = (format: OutputFormat): readonly FileSink[] => FILE_SIZES.map(() => world.sink(format));

  describe('write to several sinks', () => {
    it.each(OUTPUT_FORMATS)('writes each %s file with its own rows, in order, and counts them', async (format) => {
      const files = sinks(format);
      const seen: EngineProgress[] = [];
      const onProgress = (progress: EngineProgress) => void seen.push(progress);
      const written = await world.engine.write(plan(), files, { signal: never, onProgress });
      expect(written).toEqual(FILE_SIZES.map((size) => size * ROWS_PER_PROPERTY));
      expect(files.every(({ isWhole }) => isWhole())).toBe(true);
      let first = 1;
      for (const [file, { path }] of files.entries()) {
        const size = FILE_SIZES[file] ?? 0;
        const ids = await idsOf(path, format);
        expect(ids).toHaveLength(size * ROWS_PER_PROPERTY);
        const wrong = ids.findIndex((id, at) => id !== first + Math.floor(at / ROWS_PER_PROPERTY));
        expect(wrong).toBe(-1);
        first += size;
      }
      const rowsTotal = PROPERTIES * ROWS_PER_PROPERTY;
      expect(seen[0]).toEqual({ phase: 'running', rowsWritten: 0, rowsTotal });
      expect(seen.at(-1)).toEqual({ phase: 'finalizing', rowsWritten: rowsTotal, rowsTotal });
      expect(seen.filter(({ phase }) => phase === 'finalizing')).toHaveLength(1);
      const counts = seen.map(({ rowsWritten }) => rowsWritten);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(seen.every((progress) => progress.rowsTotal === rowsTotal)).toBe(true);
    });

    it('gives each file the parameters of the plan', async () => {
      const [sink = world.sink('csv')] = sinks('csv');
      await world.engine.write(plan(), [sink], { signal: never });
      expect((await readFile(sink.path, 'utf8')).split('\n')[1]).toBe('1,0,a word');
    });

    it('refuses to write to none', async () => {
      await expect(world.engine.write(plan(), [], { signal: never })).rejects.toThrow('no sink');
    });

    it.each(OUTPUT_FORMATS)(
      'ends with what a target throws, and calls no %s file whole from there on',
      async (format) => {
        const files = sinks(format);
        const full = new Error('the store is full');
        const failing = files.map((sink, file) => {
          const write = () => Promise.reject(full);
          return file === 2 ? { ...sink, target: { ...sink.target, write } } : sink;
        });
        await expect(world.engine.write(plan(), failing, { signal: never })).rejects.toBe(full);
        expect(files.map(({ isWhole }) => isWhole())).toEqual([true, true, false, false]);
      },
    );

    it('ends with what a target throws at the end of its file', async () => {
      const files = sinks('csv');
      const lost = new Error('the store is away');
      const failing = files.map((sink, file) => {
        const end = () => Promise.reject(lost);
        return file === 3 ? { ...sink, target: { ...sink.target, end } } : sink;
      });
      await expect(world.engine.write(plan(), failing, { signal: never })).rejects.toBe(lost);
    });

    it('waits for a target that takes its time, and still stops when told to', async () => {
      const stop = new AbortController();
      const reason = new Error('the customer cancelled');
      const files = sinks('csv');
      let taken = 0;
      const slow = files.map((sink) => ({
        ...sink,
        target: {
          ...sink.target,
          write: (piece: Uint8Array) => {
            taken += piece.length;
            setTimeout(() => stop.abort(reason), 100);
            return new Promise<void>(() => undefined);
          },
        },
      }));
      await expect(world.engine.write(plan(), slow, { signal: stop.signal })).rejects.toBe(reason);
      expect(taken).toBeLessThanOrEqual(65_536);
      expect(files.some(({ isWhole }) => isWhole())).toBe(false);
    });

    it('stops when told to, and calls no file whole from there on', async () => {
      const files = sinks('jsonl');
      const stop = new AbortController();
      const reason = new Error('the customer cancelled');
      const afterFirst = (FILE_SIZES[0] ?? 0) * ROWS_PER_PROPERTY;
      const onProgress = ({ rowsWritten }: EngineProgress) => rowsWritten > afterFirst && stop.abort(reason);
      const writing = world.engine.write(plan(), files, { signal: stop.signal, onProgress });
      await expect(writing).rejects.toBe(reason);
      expect(files.map(({ isWhole }) => isWhole())).toEqual([true, true, false, false]);
    });
  });
}
