import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS, type OutputFormat } from '../../src/core/job.ts';
import { column as cell, compared, parameter } from '../../src/core/plan/expression.ts';
import {
  type EngineProgress,
  type ExportPlan,
  type Program,
  type Query,
  queryRows,
} from '../../src/core/ports/engine.ts';
import { column, type EngineWorld, never } from '../duckdb/engine-world.ts';
import { givenPlan, storedPlan } from '../duckdb/plans.ts';
import { sourceFiles } from '../support/source-files.ts';
import { readCsv, readJsonLines, readParquet, readParquetMetadata } from './engine-readers.ts';
import { asObjects, COLUMNS, CSV_ROWS, ROWS } from './engine-values.ts';

/** Values of every type as an export, a property a row. The last id is more than a double holds. */
const ALL_TYPES = givenPlan(COLUMNS, [ROWS.slice(0, 2), ROWS.slice(2, 3)]);

const DAYS_PER_PROPERTY = 365;
const DAY_COLUMNS = [
  column('property_id', 'id'),
  column('day', 'date'),
  column('rent', 'money'),
  column('note', 'text'),
];

/** Enough rows for several parts in every format, of the properties up to a number. */
function history(properties: number): ExportPlan {
  const where = [compared(cell('t', 'property_id'), '<=', parameter('properties', 'id'))];
  return { ...storedPlan(DAY_COLUMNS, [HISTORY], { where, order: ['day'] }), parameters: { properties } };
}
const HISTORY = 'history.parquet';
const MOST_PROPERTIES = 5000;

function dayAfter(start: string, days: number): string {
  return new Date(Date.parse(`${start}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Rows as (property, day), which must come in order and without a gap. */
async function keysOf(path: string, format: OutputFormat): Promise<readonly string[]> {
  if (format === 'csv') return (await readCsv(path)).rows.map(([id, day]) => `${id} ${day}`);
  const rows = format === 'jsonl' ? await readJsonLines(path) : await readParquet(path);
  return rows.map(
    ({ property_id, day }) => `${property_id} ${day instanceof Date ? day.toISOString().slice(0, 10) : day}`,
  );
}

function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function query(sql: string, more: Partial<Pick<Query, 'tables' | 'inputs' | 'parameters'>> = {}): Query {
  return { tables: {}, inputs: {}, parameters: {}, sql, ...more };
}

/** What every engine must do. */
export function engineContract(open: () => Promise<EngineWorld>): void {
  let world: EngineWorld;
  beforeAll(async () => {
    world = await open();
    await world.store(
      HISTORY,
      `SELECT id AS property_id, DATE '2024-01-01' + n::INTEGER AS day, id + n / 100 AS rent, 'note ' || (id % 7) AS note
       FROM range(1, ${MOST_PROPERTIES + 1}) ids(id), range(${DAYS_PER_PROPERTY}) days(n) ORDER BY hash(id % 100), id, day`,
    );
  });
  afterAll(() => world.close());

  describe('write to one sink', () => {
    it('writes every type as RFC 4180', async () => {
      const sink = world.sink('csv');
      await world.engine.write(ALL_TYPES, [sink], { signal: never });
      const { header, rows } = await readCsv(sink.path);
      expect(header).toEqual(COLUMNS.map(({ name }) => name));
      expect(rows).toEqual(CSV_ROWS.slice(0, 3));
      const text = await readFile(sink.path, 'utf8');
      expect(text.startsWith('property_id,')).toBe(true);
      expect(text).not.toContain('\r');
      // Missing is nothing, empty text is two quotes.
      expect(text).toContain('\n9007199254740991,2147483647,"",');
    });

    it('writes every type as a line of JSON', async () => {
      const sink = world.sink('jsonl');
      await world.engine.write(ALL_TYPES, [sink], { signal: never });
      const rows = await readJsonLines(sink.path);
      expect(rows).toEqual(asObjects((value) => value).slice(0, 3));
      expect(rows.map((row) => Object.keys(row))).toEqual(rows.map(() => COLUMNS.map(({ name }) => name)));
    });

    it('writes every type as Parquet', async () => {
      const sink = world.sink('parquet');
      await world.engine.write(ALL_TYPES, [sink], { signal: never });
      const instant = (value: unknown) => (typeof value === 'string' ? new Date(value) : value);
      const expected = asObjects((value, name) => {
        if (name === 'property_id') return BigInt(String(value));
        if (name === 'day' || name === 'at') return instant(value);
        if (name !== 'visit' || !isStruct(value)) return value;
        return { ...value, day: instant(value['day']), at: instant(value['at']) };
      });
      expect(await readParquet(sink.path)).toEqual(expected.slice(0, 3));
    });

    it('names and types the Parquet columns as declared, with the metadata', async () => {
      const sink = world.sink('parquet', { metadata: { 'data.version': '7', quote: `it's` } });
      await world.engine.write(ALL_TYPES, [sink], { signal: never });
      const { schema, key_value_metadata, row_groups } = await readParquetMetadata(sink.path);
      const types = Object.fromEntries(
        schema.map(({ name, type, logical_type, converted_type }) => [name, { type, logical_type, converted_type }]),
      );
      expect(types['property_id']).toMatchObject({ type: 'INT64' });
      expect(types['n']).toMatchObject({ type: 'INT32' });
      expect(types['amount']).toMatchObject({ type: 'DOUBLE' });
      expect(types['day']).toMatchObject({ type: 'INT32', converted_type: 'DATE' });
      expect(types['at']?.logical_type).toEqual({ type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' });
      expect(key_value_metadata).toEqual(
        expect.arrayContaining([
          { key: 'data.version', value: '7' },
          { key: 'quote', value: `it's` },
        ]),
      );
      expect(row_groups[0]?.columns.map(({ meta_data }) => meta_data?.codec)).toEqual(expect.arrayContaining(['ZSTD']));
    });

    it.each(OUTPUT_FORMATS)('writes %s of no rows as a file with its header', async (format) => {
      const sink = world.sink(format);
      const none = givenPlan(COLUMNS, []);
      expect(await world.engine.write(none, [sink], { signal: never })).toEqual([0]);
      if (format === 'csv')
        expect(await readFile(sink.path, 'utf8')).toBe(`${COLUMNS.map(({ name }) => name).join(',')}\n`);
      if (format === 'jsonl') expect(await readFile(sink.path, 'utf8')).toBe('');
      if (format !== 'parquet') return;
      expect(await readParquet(sink.path)).toEqual([]);
      const { schema } = await readParquetMetadata(sink.path);
      expect(schema.map(({ name }) => name)).toEqual(expect.arrayContaining(COLUMNS.map(({ name }) => name)));
    });

    it.each(OUTPUT_FORMATS)('writes several parts of %s as one file in key order, and counts them', async (format) => {
      const properties = 400;
      const total = properties * DAYS_PER_PROPERTY;
      const sink = world.sink(format);
      const seen: EngineProgress[] = [];
      const onProgress = (progress: EngineProgress) => void seen.push(progress);
      expect(await world.engine.write(history(properties), [sink], { signal: never, onProgress })).toEqual([total]);
      const keys = await keysOf(sink.path, format);
      expect(keys.length).toBe(total);
      const wrong = keys.findIndex(
        (key, i) => key !== `${Math.floor(i / DAYS_PER_PROPERTY) + 1} ${dayAfter('2024-01-01', i % DAYS_PER_PROPERTY)}`,
      );
      expect(wrong).toBe(-1);
      expect(seen.length).toBeGreaterThan(3);
      expect(seen.every(({ rowsTotal }) => rowsTotal === total)).toBe(true);
      expect(seen.map(({ rowsWritten }) => rowsWritten)).toEqual(
        seen.map(({ rowsWritten }) => rowsWritten).sort((a, b) => a - b),
      );
      expect(seen[0]).toEqual({ phase: 'running', rowsWritten: 0, rowsTotal: total });
      expect(seen.at(-1)).toEqual({ phase: 'finalizing', rowsWritten: total, rowsTotal: total });
    });

    it.each(OUTPUT_FORMATS)('stops when told to and does not call a %s file whole', async (format) => {
      const sink = world.sink(format);
      const stop = new AbortController();
      const reason = new Error('the customer cancelled');
      const onProgress = ({ rowsWritten }: EngineProgress) => rowsWritten > 0 && stop.abort(reason);
      const writing = world.engine.write(history(MOST_PROPERTIES), [sink], {
        signal: stop.signal,
        onProgress,
      });
      await expect(writing).rejects.toBe(reason);
      expect(sink.isWhole()).toBe(false);
    });

    it('does nothing for a caller that has already stopped', async () => {
      const sink = world.sink('csv');
      const signal = AbortSignal.abort(new Error('too late'));
      await expect(world.engine.write(ALL_TYPES, [sink], { signal })).rejects.toThrow('too late');
      expect((await stat(sink.path)).size).toBe(0);
      expect(sink.isWhole()).toBe(false);
    });
  });

  describe('the rows of a query', () => {
    it('gives plain values', async () => {
      const [row] = await queryRows(
        world.engine,
        query(`SELECT 5::BIGINT AS id, 9007199254740993 AS big, sum(x) AS total, DATE '2024-02-29' AS day,
          TIMESTAMPTZ '2025-01-31 13:00:00.5+01' AS at, TIMESTAMP '2025-01-31 13:00:00' AS local, 1.50::DECIMAL(9,2) AS price,
          [1, NULL] AS list, {a: 'x', b: [true]} AS struct, NULL AS missing FROM range(3) t(x)`),
        { signal: never },
      );
      expect(row).toEqual({
        id: 5,
        big: 9007199254740993n,
        total: 3,
        day: '2024-02-29',
        at: '2025-01-31T12:00:00.500000Z',
        local: '2025-01-31T13:00:00.000000Z',
        price: 1.5,
        list: [1, null],
        struct: { a: 'x', b: [true] },
        missing: null,
      });
    });

    it('takes values as parameters, whatever is in them', async () => {
      const parameters = { text: `'; DROP TABLE x; --`, number: 1.5, integer: 7, yes: true, missing: null, unused: 1 };
      const rows = await queryRows(
        world.engine,
        query('SELECT $text AS text, $number AS number, $integer AS integer, $yes AS yes, $missing AS missing', {
          parameters,
        }),
        { signal: never },
      );
      const { unused, ...used } = parameters;
      expect(rows).toEqual([used]);
    });

    it('takes integers as 64 bits, whatever their size', async () => {
      const sql = 'SELECT $small * 1000000 AS product';
      const rows = await queryRows(world.engine, query(sql, { parameters: { small: 2_000_000 } }), { signal: never });
      expect(rows).toEqual([{ product: 2_000_000_000_000 }]);
    });

    it('takes a million ids in batches', async () => {
      function* batches() {
        for (let start = 0; start < 1_000_000; start += 50_000)
          yield Array.from({ length: 50_000 }, (_, i) => [start + i + 1]);
      }
      const inputs = { ids: { columns: [column('id', 'id')], batches: batches() } };
      const sql = 'SELECT count(*) AS n, sum(id) AS total, min(id) AS least, max(id) AS most FROM ids';
      const rows = await queryRows(world.engine, query(sql, { inputs }), { signal: never });
      expect(rows).toEqual([{ n: 1_000_000, total: 500_000_500_000, least: 1, most: 1_000_000 }]);
    });

    it('refuses an input value of another type than declared', async () => {
      for (const [type, value] of [
        ['id', 'x'],
        ['id', 1.5],
        ['text', 1],
        ['date', '2025-02-30'],
        ['instant', 'now'],
        ['boolean', 1],
      ] as const) {
        const inputs = { given: { columns: [column('value', type)], batches: [[[value]]] } };
        await expect(
          queryRows(world.engine, query('SELECT * FROM given', { inputs }), { signal: never }),
        ).rejects.toMatchObject({ kind: 'statement' });
      }
    });

    it('fails with the error of the caller’s own rows', async () => {
      async function* broken() {
        yield [[1]];
        throw new RangeError('the upload broke off');
      }
      const inputs = { given: { columns: [column('value', 'id')], batches: broken() } };
      await expect(
        queryRows(world.engine, query('SELECT * FROM given', { inputs }), { signal: never }),
      ).rejects.toThrow('the upload broke off');
    });

    it('stops while it waits for rows that do not come', async () => {
      const stop = new AbortController();
      async function* stuck() {
        yield [[1]];
        stop.abort(new Error('enough'));
        await new Promise(() => undefined);
      }
      const inputs = { given: { columns: [column('value', 'id')], batches: stuck() } };
      await expect(
        queryRows(world.engine, query('SELECT * FROM given', { inputs }), { signal: stop.signal }),
      ).rejects.toThrow('enough');
    });

    it('says what failed without naming files, and goes on', async () => {
      const failure = await queryRows(world.engine, query(`SELECT * FROM read_csv('/nowhere/secret.csv')`), {
        signal: never,
      }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'EngineError', kind: 'statement' });
      expect(String(failure)).not.toContain('/nowhere');
      expect(failure).toHaveProperty('cause.message', expect.stringContaining('/nowhere'));
      expect(await queryRows(world.engine, query('SELECT 1 AS one'), { signal: never })).toEqual([{ one: 1 }]);
    });

    it('does not wait for an export', async () => {
      const stop = new AbortController();
      const order: string[] = [];
      let writing: Promise<unknown> = Promise.resolve();
      await new Promise<void>((started) => {
        writing = world.engine
          .write(history(MOST_PROPERTIES), [world.sink('csv')], { signal: stop.signal, onProgress: () => started() })
          .catch(() => order.push('export'));
      });
      await queryRows(world.engine, query('SELECT 1'), { signal: never });
      order.push('read');
      stop.abort(new Error('enough'));
      await writing;
      expect(order).toEqual(['read', 'export']);
    });
  });

  describe('source tables', () => {
    const columns = [column('property_id', 'id'), column('rent', 'money'), column('added', 'count')];
    const all = (files: readonly string[]) =>
      queryRows(
        world.engine,
        query('SELECT * FROM t ORDER BY property_id', { tables: { t: { columns, files: sourceFiles(...files) } } }),
        {
          signal: never,
        },
      );

    it('shows no files as no rows with typed columns', async () => {
      const tables = { t: { columns, files: [] } };
      const sql = 'SELECT count(*) AS n, any_value(typeof(rent)) AS type FROM (SELECT 1) LEFT JOIN t ON true';
      expect(await queryRows(world.engine, query(sql, { tables }), { signal: never })).toEqual([
        { n: 1, type: 'DOUBLE' },
      ]);
    });

    it('shows what a file lacks as null, also when files differ in columns, order and types', async () => {
      await world.store('a/1.parquet', 'SELECT 1::BIGINT AS property_id, 10.5 AS rent');
      await world.store('a/2.parquet', `SELECT 3 AS added, 'x' AS extra, 2::INTEGER AS property_id`);
      await world.store(
        'a/3.parquet',
        'SELECT 3::BIGINT AS property_id, 7.25::DOUBLE AS rent, 1::BIGINT AS added, [{x: 1}] AS nested',
      );
      const one = { property_id: 1, rent: 10.5, added: null };
      const two = { property_id: 2, rent: null, added: 3 };
      const three = { property_id: 3, rent: 7.25, added: 1 };
      expect(await all(['a/1.parquet'])).toEqual([one]);
      expect(await all(['a/1.parquet', 'a/2.parquet', 'a/3.parquet'])).toEqual([one, two, three]);
      expect(await all(['a/3.parquet', 'a/2.parquet', 'a/1.parquet'])).toEqual([one, two, three]);
      expect(await all(['a/2.parquet', 'a/1.parquet'])).toEqual([one, two]);
    });

    it('takes nothing from the names of directories', async () => {
      await world.store('rent=99/1.parquet', 'SELECT 1::BIGINT AS property_id');
      expect(await all(['rent=99/1.parquet'])).toEqual([{ property_id: 1, rent: null, added: null }]);
    });
  });

  describe('run', () => {
    it('runs steps in order on one instance and gives each step’s rows', async () => {
      const steps = [
        { sql: 'CREATE TABLE doubled AS SELECT id * 2 AS id FROM given' },
        { sql: 'SELECT id FROM doubled WHERE id > $least ORDER BY id', parameters: { least: 2 } },
        { sql: 'SELECT count(*) AS n FROM doubled' },
      ];
      const inputs = { given: { columns: [column('id', 'id')], batches: [[[1], [2], [3]]] } };
      const answers = await world.engine.run(
        { tables: {}, inputs, directories: [], steps },
        { lane: 'load' },
        { signal: never },
      );
      expect(answers.slice(1)).toEqual([[{ id: 4 }, { id: 6 }], [{ n: 3 }]]);
    });

    it('keeps nothing from one program to the next', async () => {
      const program = { tables: {}, inputs: {}, directories: [], steps: [{ sql: 'CREATE TABLE once (id BIGINT)' }] };
      await world.engine.run(program, { lane: 'load' }, { signal: never });
      await expect(world.engine.run(program, { lane: 'load' }, { signal: never })).resolves.toBeDefined();
    });
  });

  describe('run among the look-ups', () => {
    const program = (...steps: Program['steps']): Program => ({ tables: {}, inputs: {}, directories: [], steps });

    it('runs each program on an instance of its own', async () => {
      const steps = [{ sql: 'CREATE TABLE once AS SELECT 7 AS n' }, { sql: 'SELECT n FROM once' }];
      for (let time = 0; time < 2; time++) {
        expect((await world.engine.run(program(...steps), { lane: 'load' }, { signal: never }))[1]).toEqual([{ n: 7 }]);
      }
    });

    it('waits neither for an export nor for a load', async () => {
      const stop = new AbortController();
      const order: string[] = [];
      const running = stuckProgram(stop.signal).then(() => order.push('load'));
      let writing: Promise<unknown> = Promise.resolve();
      await new Promise<void>((started) => {
        writing = world.engine
          .write(history(MOST_PROPERTIES), [world.sink('csv')], { signal: stop.signal, onProgress: () => started() })
          .catch(() => order.push('export'));
      });
      await world.engine.lookUp({ accountId: 'a', size: 'small' }, (ask) =>
        ask(program({ sql: 'SELECT 1' }), { ms: 60_000, tooLong: 'Too long' }),
      );
      order.push('look-up');
      stop.abort(new Error('enough'));
      await Promise.all([running, writing]);
      expect(order[0]).toBe('look-up');
      expect(order.slice(1).sort()).toEqual(['export', 'load']);
    });
  });

  describe('run among the exports', () => {
    it('waits for no load', async () => {
      const stop = new AbortController();
      const order: string[] = [];
      const running = stuckProgram(stop.signal).then(() => order.push('load'));
      const inputs = { given: { columns: [column('id', 'id')], batches: [[[1], [2]]] } };
      const steps = [{ sql: 'SELECT sum(id) AS total FROM given' }];
      const program = { tables: {}, inputs, directories: [], steps };
      expect(await world.engine.run(program, { lane: 'export' }, { signal: never })).toEqual([[{ total: 3 }]]);
      order.push('export');
      stop.abort(new Error('enough'));
      await running;
      expect(order).toEqual(['export', 'load']);
    });
  });

  /** Runs until it is stopped, since its rows do not come; resolves then. The child is at it when this returns. */
  function stuckProgram(signal: AbortSignal): Promise<void> {
    async function* stuck() {
      yield [[1]];
      await new Promise(() => undefined);
    }
    const inputs = { given: { columns: [column('id', 'id')], batches: stuck() } };
    const steps = [{ sql: 'SELECT 1' }];
    return world.engine.run({ tables: {}, inputs, directories: [], steps }, { lane: 'load' }, { signal }).then(
      () => undefined,
      () => undefined,
    );
  }
}
