/** Rows of several parts that are read and joined at once: the bytes are the same however many, and also where there is no room for them. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OutputFormat } from '../../src/core/job.ts';
import { Cage } from '../../src/duckdb/child/cage.ts';
import { Staging } from '../../src/duckdb/child/staging.ts';
import type { EngineOptions } from '../../src/duckdb/parent/engine.ts';
import { printStagedPart } from '../../src/duckdb/print/rows.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { rowsOf, storedPlan } from './plans.ts';

const MIB = 1_048_576;
const COLUMNS = [column('property_id', 'id'), column('day', 'count'), column('words', 'text')];
const DAYS = 30;
const PROPERTIES = 4500;
const FILES = ['first', 'second'];

describe('an export in several parts', () => {
  let world: EngineWorld | undefined;
  afterEach(() => world?.close());

  /** 135,000 rows in two files, each in order of the properties, as the warehouse has them by months. */
  async function texts(options: Partial<EngineOptions>): Promise<Readonly<Record<string, string>>> {
    world = await openEngineWorld(options);
    for (const [index, file] of FILES.entries()) {
      const days = `range(${(index * DAYS) / 2}, ${((index + 1) * DAYS) / 2}) days(day)`;
      const words = `md5((id * 100 + day)::VARCHAR) || CASE WHEN id % 7 = 0 THEN chr(10) ELSE '' END`;
      await world.store(
        `${file}.parquet`,
        `SELECT id AS property_id, day::INTEGER AS day, ${words} AS words FROM range(1, ${PROPERTIES + 1}) ids(id), ${days} ORDER BY id, day`,
      );
    }
    const plan = storedPlan(
      COLUMNS,
      FILES.map((file) => `${file}.parquet`),
      { order: ['day'] },
    );
    const found: Record<string, string> = {};
    for (const format of ['csv', 'jsonl'] satisfies OutputFormat[]) {
      const sink = world.sink(format);
      expect(await world.engine.write(plan, [sink], { signal: never })).toEqual([PROPERTIES * DAYS]);
      found[format] = await readFile(sink.path, 'utf8');
    }
    await world.close();
    world = undefined;
    return found;
  }

  it('has the same bytes whether its parts are read one by one, some at once, or all', { timeout: 120_000 }, async () => {
    const oneByOne = await texts({ stageBytes: 0 });
    expect(oneByOne['jsonl']?.split('\n').length).toBe(PROPERTIES * DAYS + 1);
    expect(oneByOne['jsonl']?.slice(0, 200)).toMatch(/^\{"property_id":1,"day":0,.*\n\{"property_id":1,"day":1,/);
    // Two parts at once are supposed to take 12 MiB.
    for (const stageBytes of [20 * MIB, 1024 * MIB]) {
      const staged = await texts({ stageBytes });
      for (const format of ['csv', 'jsonl']) expect(staged[format] === oneByOne[format]).toBe(true);
    }
  });
});

describe('stages', () => {
  const RANGES = [1, 2, 3, 4].map((place) => ({ from: place, to: place, rows: 100_000 }));
  const ROWS = rowsOf([column('property_id', 'id'), column('words', 'text')], { order: ['words'] });
  let cage: Cage;

  async function open(memory: string, spill: string): Promise<void> {
    cage = await Cage.open();
    for (const setting of [`memory_limit = '${memory}'`, `temp_directory = '${spill}'`, 'threads = 2']) {
      await cage.session.execute(`SET GLOBAL ${setting}`);
    }
    await cage.session.execute(
      `CREATE VIEW t AS SELECT id AS property_id, repeat(md5((id * 100000 + n)::VARCHAR), 10) AS words FROM range(1, 5) ids(id), range(100000) rows(n)`,
    );
  }
  beforeAll(() => open('1GB', ''));
  afterEach(() => cage.session.execute('DROP TABLE IF EXISTS "staged rows"'));
  afterAll(() => cage.close());

  /** Of each part, whether its rows were in the table, and how many those were. */
  async function read(mostBytes: number): Promise<readonly (number | null)[]> {
    const staging = new Staging({ rows: ROWS, parameters: {}, ranges: RANGES, mostBytes });
    const beside = await cage.openBeside();
    const found: (number | null)[] = [];
    let next = 0;
    async function take(session = beside): Promise<void> {
      while (next < RANGES.length) {
        const part = next++;
        const { from = 0, to = 0 } = RANGES[part] ?? {};
        const sql = `SELECT count(*) FROM (${printStagedPart(ROWS)})`;
        found[part] = await staging.read(part, session, async (isStaged) => {
          if (!isStaged) return null;
          for await (const { chunk } of session.chunks(sql, { from_place: from, to_place: to })) {
            return Number(chunk.getRows()[0]?.[0]);
          }
          return null;
        });
      }
    }
    await Promise.all([take(), take(cage.session)]);
    cage.closeBeside(beside);
    return found;
  }

  it('are as large as there is room for, by what the rows before them took', async () => {
    expect(await read(400 * MIB)).toEqual([100_000, 100_000, 100_000, 100_000]);
    // Two parts seem to have room, and take a multiple of what was supposed: from then on each is read by itself.
    expect(await read(30 * MIB)).toEqual([100_000, 100_000, null, null]);
    expect(await read(0)).toEqual([null, null, null, null]);
  });

  it('are given up where their rows do not fit into memory, and each part is read by itself', async () => {
    cage.close();
    await open('80MB', '');
    expect(await read(400 * MIB)).toEqual([null, null, null, null]);
  });
});
