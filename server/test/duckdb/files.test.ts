import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS } from '../../src/core/job.ts';
import { queryRows } from '../../src/core/ports/engine.ts';
import { readParquet, readParquetMetadata } from '../contract/engine-readers.ts';
import { sourceFiles } from '../support/source-files.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';

let world: EngineWorld;
let manyThreads: EngineWorld;
beforeAll(async () => {
  world = await openEngineWorld({ threads: 1, partsAtATime: 1 });
  manyThreads = await openEngineWorld({ threads: 4, localize: async (key) => world.path(key) });
});
afterAll(async () => {
  await manyThreads.close();
  await world.close();
});

const COLUMNS = [column('property_id', 'id'), column('n', 'count'), column('rent', 'money'), column('note', 'text')];

describe('a file', () => {
  /** The second property has more rows than a row group. */
  const query = storedPlan(COLUMNS, ['d/1.parquet', 'd/2.parquet'], { order: ['n'] });
  const rows = (start: number, rest: number) =>
    `SELECT (CASE WHEN n % 10 < 6 THEN 2 ELSE 3 + n % 4 END)::BIGINT AS property_id, n::INTEGER AS n, n / 7 AS rent, 'note ' || (n % 100) AS note
     FROM range(250000) t(n) WHERE n >= ${start} AND n % 2 = ${rest} ORDER BY 1, 2`;

  beforeAll(async () => {
    await world.store('d/1.parquet', rows(0, 0), ', ROW_GROUP_SIZE 20000');
    await world.store('d/2.parquet', rows(0, 1), ', ROW_GROUP_SIZE 50000');
  });

  it.each(OUTPUT_FORMATS)(
    'of %s has the same bytes whatever the number of threads, and of parts at a time',
    async (format) => {
      const digests: string[] = [];
      for (const { engine, sink } of [world, manyThreads]) {
        const place = sink(format, { metadata: { version: '1' } });
        expect(await engine.write(query, [place], { signal: never })).toEqual([250_000]);
        const file = await readFile(place.path);
        digests.push(createHash('sha256').update(file).digest('hex'));
      }
      expect(new Set(digests).size).toBe(1);
    },
  );

  it.each([
    ['csv', 'gzip'],
    ['csv', 'zstd'],
    ['jsonl', 'gzip'],
    ['jsonl', 'zstd'],
  ] as const)('of %s compressed with %s has them too', async (format, compression) => {
    const digests: string[] = [];
    for (const { engine, sink } of [world, manyThreads]) {
      const place = sink(format, { compression });
      expect(await engine.write(query, [place], { signal: never })).toEqual([250_000]);
      const file = await readFile(place.path);
      digests.push(createHash('sha256').update(file).digest('hex'));
    }
    expect(new Set(digests).size).toBe(1);
  });

  it('of Parquet that was put together is sound to both readers', async () => {
    const sink = world.sink('parquet', { metadata: { version: '1' } });
    await world.engine.write(query, [sink], { signal: never });
    const metadata = await readParquetMetadata(sink.path);
    expect(metadata.num_rows).toBe(250_000n);
    expect(metadata.row_groups.length).toBeGreaterThan(2);
    expect(metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)).toBe(250_000n);
    expect(Math.max(...metadata.row_groups.map((group) => Number(group.num_rows)))).toBeLessThanOrEqual(124_928);
    const read = await readParquet(sink.path);
    const keys = read.map(({ property_id, n }) => Number(property_id) * 1e6 + Number(n));
    expect(keys.length).toBe(250_000);
    expect(keys.findIndex((key, index) => index > 0 && key <= (keys[index - 1] ?? 0))).toBe(-1);
    // The engine finds `note 42` through dictionaries, statistics and Bloom filters, all of which were moved.
    const key = sink.path.slice(world.directory.length + 1);
    const tables = { t: { columns: COLUMNS, files: sourceFiles(`../${key}`) } };
    const sql = `SELECT note, count(*) AS n FROM t WHERE note = 'note 42' GROUP BY 1`;
    expect(await queryRows(world.engine, { tables, inputs: {}, parameters: {}, sql }, { signal: never })).toEqual([
      { note: 'note 42', n: 2500 },
    ]);
  });
});

describe('row groups that a filter excludes', () => {
  const tables = (...files: string[]) => ({
    t: { columns: [...COLUMNS, column('absent', 'money')], files: sourceFiles(...files) },
  });
  const query = (files: string[], sql: string) => ({
    tables: tables(...files),
    inputs: {},
    parameters: { least: 1, most: 10 },
    sql,
  });
  const some = 'SELECT count(*) AS n, sum(rent) AS rent FROM t WHERE property_id BETWEEN $least AND $most';

  async function storeDamaged(key: string, columns: string): Promise<void> {
    await world.store(key, `SELECT ${columns} FROM range(4096) t(n)`, ', ROW_GROUP_SIZE 2048');
    const { row_groups } = await readParquetMetadata(world.path(key));
    const file = await open(world.path(key), 'r+');
    for (const { meta_data } of row_groups[1]?.columns ?? []) {
      const offset = Number(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset ?? 0);
      await file.write(Buffer.alloc(Number(meta_data?.total_compressed_size), 0xff), 0, null, offset);
    }
    await file.close();
  }

  beforeAll(async () => {
    await storeDamaged('p/1.parquet', 'n::BIGINT AS property_id, n::INTEGER AS n, 1.0::DOUBLE AS rent');
    await storeDamaged('p/2.parquet', 'n::BIGINT AS property_id, n::INTEGER AS n, 2.0::DOUBLE AS rent, 3 AS more');
  });

  it('are not read', async () => {
    expect(await queryRows(world.engine, query(['p/1.parquet'], some), { signal: never })).toEqual([
      { n: 10, rent: 10 },
    ]);
  });

  it('are not read where files differ either', async () => {
    expect(await queryRows(world.engine, query(['p/1.parquet', 'p/2.parquet'], some), { signal: never })).toEqual([
      { n: 20, rent: 30 },
    ]);
  });

  it('would have been noticed', async () => {
    const all = 'SELECT sum(rent) AS rent FROM t';
    await expect(queryRows(world.engine, query(['p/1.parquet'], all), { signal: never })).rejects.toMatchObject({
      kind: 'statement',
    });
  });
});

describe('a path that is used anew', () => {
  it('is looked at anew', async () => {
    const tables = { t: { columns: COLUMNS, files: sourceFiles('again.parquet') } };
    const read = () =>
      queryRows(world.engine, { tables, inputs: {}, parameters: {}, sql: 'SELECT * FROM t' }, { signal: never });
    await world.store('again.parquet', 'SELECT 1::BIGINT AS property_id');
    expect(await read()).toEqual([{ property_id: 1, n: null, rent: null, note: null }]);
    await world.store('again.parquet', `SELECT 'x' AS note, 2 AS n`);
    expect(await read()).toEqual([{ property_id: null, n: 2, rent: null, note: 'x' }]);
  });
});
