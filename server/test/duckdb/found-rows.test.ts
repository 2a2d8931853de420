/** Rows that were found elsewhere, and come as ClickHouse leaves them: their cells are those of the rows as they are stored. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUTPUT_FORMATS } from '../../src/core/job.ts';
import { column as cell, lengthOf, times } from '../../src/core/plan/expression.ts';
import { inTwoSteps } from '../../src/core/plan/found-rows.ts';
import type { PlaceRange } from '../../src/core/plan/rows.ts';
import { toldNulls } from '../../src/core/plan/told-nulls.ts';
import type { ExportPlan } from '../../src/core/ports/engine.ts';
import type { FoundRows } from '../../src/core/ports/engine-session.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { storedPlan } from './plans.ts';

/** More than one part in every format. */
const ROWS = 130_000;
const STORED = 'found/1.parquet';
const COLUMNS = [
  column('property_id', 'id'),
  column('day', 'date'),
  column('rent', 'money'),
  column('tags', { list: 'text' }),
  column('terms', { list: { struct: { months: 'count', since: 'date' } } }),
];
const ALL = `SELECT id AS property_id, DATE '1600-01-01' + CAST(id % 7000 AS INTEGER) AS day, CASE WHEN id % 5 > 0 THEN id / 7 END AS rent,
    CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN ['a', NULL] ELSE ['b'] END AS tags,
    CASE id % 5 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL] WHEN 3 THEN [{months: NULL, since: NULL}]
      ELSE [{months: 12::INTEGER, since: DATE '1599-01-01'}, NULL] END AS terms
  FROM range(1, ${ROWS + 1}) ids(id)`;

/** No null in place of a list or a struct, and days as numbers. */
const LEFT = {
  property_id: 'property_id',
  day: `day - DATE '1970-01-01'`,
  rent: 'rent',
  tags: 'coalesce(tags, [])',
  terms: `list_transform(coalesce(terms, []), lambda t: {months: t.months, since: CAST(t.since - DATE '1970-01-01' AS INTEGER)})`,
} as const;

let world: EngineWorld;
let plan: ExportPlan;
let fetched: PlaceRange[];
/** Finds in a second engine. */
let found: FoundRows;

beforeAll(async () => {
  world = await openEngineWorld();
  await world.store(STORED, `SELECT *${toldNulls(COLUMNS)} FROM (${ALL})`);
  const stored = storedPlan(COLUMNS, [STORED]);
  const made = [
    { name: 'tag_count', type: 'count', value: lengthOf(cell('t', 'tags')) },
    { name: 'double_rent', type: 'money', value: times(cell('t', 'rent'), cell('t', 'rent')) },
  ] as const;
  plan = {
    ...stored,
    rows: { ...stored.rows, columns: [...stored.rows.columns, ...made] },
    columns: [...COLUMNS, ...made.map(({ name, type }) => column(name, type))],
  };
  const steps = inTwoSteps(plan.rows, (_, name) => COLUMNS.find((each) => each.name === name)?.type ?? null);
  if (steps === null) throw new Error('the columns are all stored');
  const finder = await (await DuckDBInstance.create(':memory:')).connect();
  const values = steps.found.flatMap(({ name, type }, index) => [
    `${Object.entries(LEFT).find(([own]) => own === name)?.[1]} AS c${index}`,
    ...(typeof type === 'string' ? [] : [`"${name}#nulls" AS "c${index}#nulls"`]),
  ]);
  fetched = [];
  found = {
    ...steps,
    begin: async () => 'finder 1.0',
    async *counts() {
      yield Array.from({ length: ROWS }, (_, index) => ({ place: BigInt(index + 1), rows: 1 }));
    },
    async fetch({ range }, path) {
      fetched.push(range);
      const rows = `SELECT ${values.join(', ')} FROM '${world.path(STORED)}' WHERE property_id BETWEEN ${range.from} AND ${range.to} ORDER BY property_id`;
      await finder.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`);
    },
    close: async () => undefined,
  };
});
afterAll(() => world?.close());

/** What is left of fetched parts. */
function leftBehind(): readonly string[] {
  return readdirSync(world.spillDirectory, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.parquet'),
  );
}

describe('the cells of rows that were found elsewhere', () => {
  it.each(OUTPUT_FORMATS)('have the same bytes as %s, in several parts', async (format) => {
    const [alone, together] = [world.sink(format), world.sink(format)];
    await world.engine.write(plan, [alone], { signal: never });
    fetched.length = 0;
    expect(await world.engine.writeFound(plan, found, [together], { signal: never })).toEqual([ROWS]);
    expect(fetched.length).toBeGreaterThan(1);
    expect(together.isWhole()).toBe(true);
    expect((await readFile(together.path)).equals(await readFile(alone.path))).toBe(true);
    expect(leftBehind()).toEqual([]);
  });

  it('are not made of a part that cannot be fetched: the export ends with what is thrown, and leaves nothing', async () => {
    const away = new Error('a machine is gone');
    const broken: FoundRows = {
      ...found,
      fetch: (part, path, signal) => (part.range.from > 1 ? Promise.reject(away) : found.fetch(part, path, signal)),
    };
    const sink = world.sink('csv');
    await expect(world.engine.writeFound(plan, broken, [sink], { signal: never })).rejects.toBe(away);
    expect(sink.isWhole()).toBe(false);
    expect(leftBehind()).toEqual([]);
  });

  it('are not made of fewer rows than were counted', async () => {
    const short: FoundRows = {
      ...found,
      fetch: ({ file, range }, path, signal) =>
        found.fetch({ file, range: { ...range, to: range.to - 1 } }, path, signal),
    };
    const sink = world.sink('csv');
    await expect(world.engine.writeFound(plan, short, [sink], { signal: never })).rejects.toThrow('refused or failed');
    expect(sink.isWhole()).toBe(false);
  });

  it('are made no more when nobody wants them: what is on its way is told so', async () => {
    const stop = new AbortController();
    const reason = new Error('the customer cancelled');
    const told: unknown[] = [];
    const slow: FoundRows = {
      ...found,
      fetch: (_part, _path, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            told.push(signal.reason);
            reject(signal.reason);
          });
          stop.abort(reason);
        }),
    };
    await expect(world.engine.writeFound(plan, slow, [world.sink('csv')], { signal: stop.signal })).rejects.toBe(
      reason,
    );
    expect(told.length).toBeGreaterThan(0);
  });
});
