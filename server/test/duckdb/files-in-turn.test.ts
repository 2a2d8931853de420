/** Orders whose files are ten times what a node's cache may hold: the same rows come, and the bound is kept. */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { column as cell } from '../../src/core/plan/expression.ts';
import { bytesOf } from '../../src/core/plan/files-in-turn.ts';
import type { ExportPlan, TableFile } from '../../src/core/ports/engine.ts';
import { NO_METER } from '../../src/core/ports/telemetry.ts';
import { createEngine, type OpenEngine } from '../../src/duckdb/parent/engine.ts';
import { ObjectCache } from '../../src/storage/cache/cache.ts';
import { readJsonLines, readParquet } from '../contract/engine-readers.ts';
import { until } from '../support/app.ts';
import { column, type EngineWorld, never, openEngineWorld, recordingLog } from './engine-world.ts';

const RANGES = 16;
const PER_RANGE = 15;
const MONTHS = 2;
/** As large as the bound. */
const TIMES = 10;
/** Many small steps, each between processes. */
const TIMEOUT_MS = 120_000;
const DAYS = [column('property_id', 'id'), column('day', 'date'), column('rent', 'money'), column('name', 'text')];
const PLACES = [column('property_id', 'id'), column('name', 'text')];

let world: EngineWorld;
let days: TableFile[];
let places: TableFile[];
let cache: ObjectCache;
let engine: OpenEngine;
let mostOnDisk: number;
let copies: string;
let bound: number;
let opened = 0;

/** Ends of ranges differ from table to table and from month to month: parts and ranges meet in the middle of files. */
async function store(key: string, from: number, to: number, select: string): Promise<TableFile> {
  await world.store(key, `${select} WHERE property_id BETWEEN ${from} AND ${to} ORDER BY ALL`);
  const content = await readFile(world.path(key));
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { key, bytes: content.length, sha256, minPropertyId: from, maxPropertyId: to };
}

/** All at one moment: of files that are looked at one after the other, one may go and another come meanwhile. */
function onDisk(): number {
  return readdirSync(copies).reduce(
    (sum, name) => sum + (statSync(join(copies, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

beforeAll(async () => {
  world = await openEngineWorld();
  const all = RANGES * PER_RANGE;
  days = [];
  for (let month = 0; month < MONTHS; month++) {
    const shift = month * 7;
    for (let from = 1 - shift; from <= all; from += PER_RANGE) {
      const select = `SELECT * FROM (SELECT id AS property_id, DATE '2025-01-01' + (30 * ${month} + n)::INTEGER AS day, hash(id, n) % 9999 AS rent
        FROM range(1, ${all + 1}) ids(id), range(30) d(n))`;
      const [first, last] = [Math.max(1, from), Math.min(all, from + PER_RANGE - 1)];
      days.push(await store(`days/${month}.${from + shift}`, first, last, select));
    }
  }
  places = [];
  for (let from = 1; from <= all; from += 50) {
    const select = `SELECT * FROM (SELECT id AS property_id, 'place ' || id AS name FROM range(1, ${all + 1}) ids(id))`;
    places.push(await store(`places/${from}`, from, Math.min(all, from + 49), select));
  }
  bound = Math.floor(bytesOf([...days, ...places]) / TIMES);
}, 60_000);
afterAll(() => world.close());

async function open(maxBytes: number): Promise<void> {
  copies = join(world.directory, `copies-${++opened}`);
  await mkdir(copies, { recursive: true });
  mostOnDisk = 0;
  cache = await ObjectCache.open({
    directory: copies,
    maxBytes,
    meter: NO_METER,
    fetch: async (key) =>
      (async function* () {
        for await (const piece of createReadStream(world.path(key), { highWaterMark: 2048 })) {
          yield piece;
          mostOnDisk = Math.max(mostOnDisk, onDisk());
        }
      })(),
  });
  engine = createEngine({
    exportChildren: 2,
    memoryLimit: '512MB',
    threads: 1,
    spillDirectory: join(world.directory, 'spill-of-turns'),
    localize: async (key) => cache.path(key),
    hold: (files, signal) => cache.hold(files, signal),
    copies: cache,
    log: recordingLog(),
  });
}

/** Every row, with the name of its property. */
function plan(changes: Partial<ExportPlan['rows']> = {}): ExportPlan {
  return {
    tables: { t: { columns: DAYS.slice(0, 3), files: days }, p: { columns: PLACES, files: places } },
    inputs: {},
    parameters: {},
    rows: {
      requested: null,
      bound: null,
      table: 't',
      as: 't',
      rowsPerProperty: 'many',
      joins: [{ kind: 'same-key', table: 'p', as: 'p', key: ['property_id'] }],
      where: [],
      order: ['day'],
      columns: DAYS.map(({ name, type }) => ({ name, type, value: cell(name === 'name' ? 'p' : 't', name) })),
      ...changes,
    },
    columns: DAYS,
  };
}

/** Some of the properties, in an order of their own. */
function asked(order: 'by-property' | 'as-asked'): ExportPlan {
  const ids = [...Array.from({ length: 100 }, (_, index) => ((index * 37) % (RANGES * PER_RANGE)) + 1)];
  const columns = [column('position', 'id'), column('property_id', 'id'), column('file', 'id')];
  const requested = { columns, batches: [ids.map((id, index) => [index, id, 0])] };
  return { ...plan({ requested: { input: 'requested', order, inFiles: false } }), inputs: { requested } };
}

const TOTAL_ROWS = RANGES * PER_RANGE * 30 * MONTHS;

describe('files that are ten times the bound', { timeout: TIMEOUT_MS }, () => {
  beforeEach(() => open(bound));
  afterAll(() => engine?.close());

  it.each([
    ['csv', 'none'],
    ['csv', 'gzip'],
    ['jsonl', 'zstd'],
    ['parquet', 'none'],
  ] as const)('give the same %s (%s) to the byte, within the bound', async (format, compression) => {
    const expected = world.sink(format, { compression });
    const atHand = { ...world.engine };
    expect(await atHand.write(plan(), [expected], { signal: never })).toEqual([TOTAL_ROWS]);
    const sink = world.sink(format, { compression });
    expect(await engine.write(plan(), [sink], { signal: never })).toEqual([TOTAL_ROWS]);
    const [wanted, got] = [await readFile(expected.path), await readFile(sink.path)];
    if (format === 'parquet') expect(await readParquet(sink.path)).toEqual(await readParquet(expected.path));
    else expect(got.equals(wanted)).toBe(true);
    // Control.
    expect(mostOnDisk).toBeGreaterThan(bound / 4);
    expect(mostOnDisk).toBeLessThanOrEqual(bound);
    await engine.close();
  });

  it('of properties that were asked for, in the order of the numbers or of the request', async () => {
    for (const order of ['by-property', 'as-asked'] as const) {
      const [expected, sink] = [world.sink('jsonl'), world.sink('jsonl')];
      await world.engine.write(asked(order), [expected], { signal: never });
      expect(await engine.write(asked(order), [sink], { signal: never })).toEqual([100 * 30 * MONTHS]);
      expect(await readJsonLines(sink.path)).toEqual(await readJsonLines(expected.path));
    }
    expect(mostOnDisk).toBeLessThanOrEqual(bound);
    await engine.close();
  });

  it('keep the bound with two orders at once', async () => {
    const sinks = [world.sink('csv'), world.sink('csv')];
    const rows = await Promise.all(sinks.map((sink) => engine.write(plan(), [sink], { signal: never })));
    expect(rows).toEqual([[TOTAL_ROWS], [TOTAL_ROWS]]);
    const [one, other] = await Promise.all(sinks.map(({ path }) => readFile(path)));
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
    expect(mostOnDisk).toBeLessThanOrEqual(bound);
    await engine.close();
  });

  it('are let go by an order that is told to stop, also while it waits for room', async () => {
    const release = await cache.hold(days.slice(0, 1));
    const stop = new AbortController();
    const sink = world.sink('csv');
    const writing = engine.write(plan(), [sink], { signal: stop.signal });
    writing.catch(() => undefined);
    await until(
      async () => engine.children().exports.busy,
      (busy) => busy === 1,
    );
    stop.abort(new Error('enough'));
    await expect(writing).rejects.toThrow('enough');
    release();
    // All that the bound allows can be held again.
    const most: TableFile[] = [];
    for (const file of days) if (bytesOf([...most, file]) <= bound) most.push(file);
    (await cache.hold(most))();
    await engine.close();
  });
});

it('a file that is larger than the bound fails with the setting’s name', async () => {
  await open(Math.max(...days.map(({ bytes }) => bytes)) - 1);
  await expect(engine.write(plan(), [world.sink('csv')], { signal: never })).rejects.toThrow(
    /needs at once take .*CONVEYANCE_CACHE_MIB allows/,
  );
  await engine.close();
});
