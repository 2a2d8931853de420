/** What is asked about stored tables, and files that are written anew: odd values, empty tables, files without a column. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileCondition } from '../../src/core/conditions/compile.ts';
import { column, negated } from '../../src/core/plan/expression.ts';
import { STORED, type StoredQuestion } from '../../src/core/plan/stored-question.ts';
import type { ProgramStep } from '../../src/core/ports/engine.ts';
import { sourceFiles } from '../support/source-files.ts';
import { openWorld, type World } from '../warehouse/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const COLUMNS = [
  { name: 'property_id', type: 'id' },
  { name: 'date', type: 'date' },
  { name: 'city', type: 'text' },
  { name: 'rent', type: 'money' },
  { name: 'amenities', type: { list: 'text' } },
  { name: 'term', type: { struct: { months: 'count' } } },
  { name: 'seen_at', type: 'instant' },
] as const;
const SELECTED =
  'property_id, CAST(date AS DATE) AS date, city, CAST(rent AS DOUBLE) AS rent, amenities, term, seen_at';
const NAMES = `(property_id, date, city, rent, amenities, term, seen_at)`;

/** Writes the rows to a file of the store, and gives its key. */
async function file(name: string, rows: readonly string[], selected = SELECTED): Promise<string> {
  const { store, engine } = world.deps;
  const path = await store.scratch(`${name}.parquet`);
  const sql = `COPY (SELECT ${selected} FROM (VALUES ${rows.join(', ')}) AS given${NAMES}) TO $path (FORMAT parquet)`;
  await run({ sql, parameters: { path } }, [join(path, '..')]);
  expect(engine).toBeDefined();
  await store.put(`warehouse/odd/${name}.parquet`, path);
  return `warehouse/odd/${name}.parquet`;
}

async function run(
  step: ProgramStep,
  directories: readonly string[] = [],
  files: Readonly<Record<string, readonly string[]>> = {},
) {
  const tables = Object.fromEntries(
    Object.entries(files).map(([name, keys]) => [name, { columns: COLUMNS, files: sourceFiles(...keys) }]),
  );
  const watch = { signal: new AbortController().signal };
  const [rows = []] = await world.deps.engine.run(
    { tables, inputs: {}, directories, steps: [step] },
    { lane: 'load' },
    watch,
  );
  return rows;
}

const SAME = `(1, '2025-01-01', 'é, "x"', 0.1, ['a', NULL], {months: 12::INTEGER}, TIMESTAMPTZ '2025-01-01 00:00:00+00')`;
const EMPTY = `(2, '2025-01-01', NULL, NULL, NULL::VARCHAR[], NULL, NULL)`;

const COMPARED = {
  before: 'before',
  after: 'after',
  key: ['property_id', 'date'],
  columns: ['city', 'rent', 'amenities', 'term', 'seen_at'],
  day: 'date',
} as const;

it('equal rows do not differ, whatever is in them; each kind of value can', async () => {
  const before = await file('before', [SAME, EMPTY, SAME.replace('(1', '(3'), SAME.replace('(1', '(4')]);
  const after = await file('after', [
    SAME,
    EMPTY,
    SAME.replace('(1', '(3').replace("['a', NULL]", "['a']").replace('12::', '11::').replace('\'é, "x"\'', 'NULL'),
    EMPTY.replace('(2', '(5'),
  ]);
  const files = { before: [before], after: [after] };
  const question = { ask: 'differences', ...COMPARED } as const;
  expect(await run({ question }, [], files)).toEqual([
    { day: '2025-01-01', added: 1, removed: 1, changed: 1, values: [1, 0, 1, 1, 0] },
  ]);
  const rows: StoredQuestion = { ask: 'different-rows', limit: 9, ...COMPARED };
  expect(await run({ question: rows }, [], files)).toEqual([
    {
      change: 'changed',
      key: ['3', '2025-01-01'],
      values: [
        { column: 'city', before: 'é, "x"', after: null },
        { column: 'amenities', before: '[a, NULL]', after: '[a]' },
        { column: 'term', before: "{'months': 12}", after: "{'months': 11}" },
      ],
    },
    { change: 'removed', key: ['4', '2025-01-01'], values: null },
    { change: 'added', key: ['5', '2025-01-01'], values: null },
  ]);
  expect(await run({ question }, [], { before: [before], after: [before] })).toEqual([]);
  expect(await run({ question }, [], { before: [], after: [before] })).toMatchObject([
    { added: 4, removed: 0, changed: 0 },
  ]);
});

it('a table without files has no rows, no days and no values', async () => {
  const question: StoredQuestion = { ask: 'coverage', table: 'none', day: 'date', columns: ['city'] };
  expect(await run({ question }, [], { none: [] })).toEqual([{ rows: 0, properties: 0, known: [0], days: null }]);
  const absent: StoredQuestion = { ask: 'absent', table: 'none', other: 'nothing', limit: 5 };
  expect(await run({ question: absent }, [], { none: [], nothing: [] })).toEqual([{ properties: 0, ids: null }]);
});

it('what a condition says, rows are found and left out by; a file is written in its order, and a missing column is empty', async () => {
  const text =
    "seen_at >= '2025-01-01T01:00:00+01:00' AND rent BETWEEN 0.1 AND 0.1 AND city = 'é, \"x\"' AND NOT amenities IS NULL";
  const { where, parameters } = compileCondition(text, COLUMNS, STORED);
  const key = await file('mixed', [SAME.replace('(1', '(9'), EMPTY, SAME]);
  const question: StoredQuestion = { ask: 'matching', table: 'mixed', day: 'date', where };
  expect(await run({ question, parameters }, [], { mixed: [key] })).toEqual([
    { rows: 2, properties: 2, first_day: '2025-01-01', last_day: '2025-01-01' },
  ]);
  const without = await file(
    'without',
    [SAME.replace('(1', '(9'), EMPTY, SAME],
    'property_id, CAST(date AS DATE) AS date, city',
  );
  const path = await world.deps.store.scratch('again.parquet');
  const rows = {
    requested: null,
    table: 'without',
    as: STORED,
    rowsPerProperty: 'many',
    bound: null,
    joins: [],
    where: [negated({ node: 'is-known', value: column(STORED, 'rent') })],
    order: ['date'],
    columns: COLUMNS.map(({ name, type }) => ({ name, type, value: column(STORED, name) })),
  } as const;
  const stored = { rows, day: 'date', path, rowsPerGroup: 8192 };
  expect(await run({ stored }, [join(path, '..')], { without: [without] })).toEqual([
    { rows: 3, lowest: 1, highest: 9, first: '2025-01-01', last: '2025-01-01' },
  ]);
  const read = { sql: 'SELECT property_id, rent, amenities FROM read_parquet($path)', parameters: { path } };
  expect(await run(read, [join(path, '..')])).toEqual(
    [1, 2, 9].map((id) => ({ property_id: id, rent: null, amenities: null })),
  );
});
