/** That each node means to the engine what its declaration says. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnType } from '../../src/core/columns.ts';
import { PROPERTY_ID_NAMESPACE } from '../../src/core/details.ts';
import {
  allOf,
  anyOf,
  column as cell,
  coalesced,
  compared,
  divided,
  EMPTY_LIST,
  type Expression,
  fieldOf,
  filtered,
  ITEM,
  lengthOf,
  literal,
  negated,
  parameter,
  rounded,
  structOf,
  times,
  transformed,
  valueWhen,
} from '../../src/core/plan/expression.ts';
import type { Join, Rows } from '../../src/core/plan/rows.ts';
import { type ExportPlan, queryRows } from '../../src/core/ports/engine.ts';
import { column, type EngineWorld, never, openEngineWorld } from './engine-world.ts';
import { givenPlan } from './plans.ts';

let world: EngineWorld;
beforeAll(async () => {
  world = await openEngineWorld();
});
afterAll(() => world.close());

const COLUMNS = [
  column('property_id', 'id'),
  column('nothing', 'number'),
  column('seven', 'number'),
  column('text', 'text'),
  column('numbers', { list: 'count' }),
  column('people', { list: { struct: { name: 'text', kind: 'text' } } }),
];
const ROW = [
  42,
  null,
  7,
  "O'Neil “x”",
  [3, 1, 2],
  [
    { name: 'A', kind: 'person' },
    { name: 'B', kind: null },
  ],
] as const;

const [NOTHING, SEVEN, TEXT, NUMBERS, PEOPLE] = ['nothing', 'seven', 'text', 'numbers', 'people'].map((name) =>
  cell('t', name),
) as [Expression, Expression, Expression, Expression, Expression];
const YES = literal(true);
const NO = literal(false);
const UNKNOWN = compared(NOTHING, '=', literal(1));

async function ask(plan: ExportPlan) {
  const { rows, columns: _columns, ...sources } = plan;
  const question = { ask: 'part', rows, range: { from: 0, to: 1000 } } as const;
  return queryRows(world.engine, { ...sources, question }, { signal: never });
}

async function evaluated(value: Expression, type: ColumnType = 'text', changes: Partial<Rows> = {}) {
  const plan = givenPlan(COLUMNS, [[ROW]], { ...changes, columns: [{ name: 'value', type, value }] });
  const listed = { columns: [column('word', 'text')], batches: [[["o'neil “X”"], ['other']]] };
  const [row] = await ask({ ...plan, inputs: { ...plan.inputs, listed }, parameters: { given: '2024-02-29' } });
  return row?.['value'];
}

describe('an expression', () => {
  it.each<[string, Expression, ColumnType, unknown]>([
    ['a literal text, whatever is in it', literal(`'; DROP TABLE t; --"`), 'text', `'; DROP TABLE t; --"`],
    ['a parameter, read as its type', parameter('given', 'date'), 'date', '2024-02-29'],
    ['a product', times(SEVEN, literal(6)), 'number', 42],
    ['a division', divided(SEVEN, literal(2)), 'number', 3.5],
    ['nothing, by zero', divided(SEVEN, literal(0)), 'number', null],
    ['nothing, of nothing', times(NOTHING, literal(2)), 'number', null],
    ['rounded, halves away from zero', rounded(literal(-2.5), 0), 'number', -3],
    ['rounded to cents', rounded(divided(SEVEN, literal(3)), 2), 'money', 2.33],
    ['the first that is known', coalesced(NOTHING, SEVEN, literal(1)), 'number', 7],
    ['all of them', allOf(YES, YES), 'boolean', true],
    ['all, with one that is not', allOf(YES, UNKNOWN, NO), 'boolean', false],
    ['all, with one unknown', allOf(YES, UNKNOWN), 'boolean', null],
    ['all of none', allOf(), 'boolean', true],
    ['any of them', anyOf(NO, UNKNOWN, YES), 'boolean', true],
    ['any, with one unknown', anyOf(NO, UNKNOWN), 'boolean', null],
    ['any of none', anyOf(), 'boolean', false],
    ['any before all', allOf(anyOf(YES, NO), NO), 'boolean', false],
    ['not', negated(anyOf(NO, NO)), 'boolean', true],
    ['known', { node: 'is-known', value: NOTHING }, 'boolean', false],
    ['a value where a condition is true', valueWhen(YES, SEVEN), 'number', 7],
    ['and nothing where it is unknown', valueWhen(UNKNOWN, SEVEN), 'number', null],
    ['the first characters', { node: 'first-characters', value: TEXT, count: 3 }, 'text', "O'N"],
    ['a part of a struct', fieldOf(structOf([['a"b', SEVEN]]), 'a"b'), 'number', 7],
    ['a struct of nothing', structOf([['a', NOTHING]]), { struct: { a: 'number' } }, { a: null }],
    ['each item', transformed(NUMBERS, times(ITEM, SEVEN)), { list: 'number' }, [21, 7, 14]],
    ['some items', filtered(NUMBERS, compared(ITEM, '>=', literal(2))), { list: 'count' }, [3, 2]],
    [
      'no item of which it is unknown',
      filtered(PEOPLE, compared(fieldOf(ITEM, 'kind'), '=', literal('x'))),
      { list: 'text' },
      [],
    ],
    [
      'items within items',
      transformed(NUMBERS, lengthOf(filtered(NUMBERS, compared(ITEM, '=', literal(1))))),
      { list: 'count' },
      [1, 1, 1],
    ],
    ['a length', lengthOf(NUMBERS), 'count', 3],
    ['the length of nothing', lengthOf(valueWhen(NO, NUMBERS)), 'count', null],
    ['a list of none', coalesced(valueWhen(NO, NUMBERS), EMPTY_LIST), { list: 'count' }, []],
    [
      'listed, whatever the case',
      { node: 'listed', value: TEXT, input: 'listed', column: 'word', ignoreCase: true },
      'boolean',
      true,
    ],
    [
      'not listed in this case',
      { node: 'listed', value: TEXT, input: 'listed', column: 'word', ignoreCase: false },
      'boolean',
      false,
    ],
  ])('is %s', async (_, expression, type, expected) => {
    expect(await evaluated(expression, type)).toEqual(expected);
  });

  it('is the UUID of a number in the namespace of property ids', async () => {
    const namespace = Buffer.from(PROPERTY_ID_NAMESPACE.replaceAll('-', ''), 'hex');
    const hash = createHash('sha1').update(namespace).update('42').digest('hex');
    const variant = ((Number.parseInt(hash[16] ?? '', 16) & 3) | 8).toString(16);
    const expected = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
    expect(await evaluated({ node: 'uuid5', propertyId: cell('t', 'property_id') })).toBe(expected);
  });
});

describe('rows', () => {
  const records = {
    columns: [column('property_id', 'id'), column('rank', 'count'), column('word', 'text')],
    batches: [
      [
        [1, 2, 'b'],
        [1, null, 'z'],
        [1, 1, 'a'],
        [3, 5, 'c'],
      ],
    ],
  };
  const byRank = [{ value: cell('r', 'rank'), direction: 'ASC' }] as const;

  async function joined(join: Join, value: Expression, where: readonly Expression[] = []) {
    const columns = [column('property_id', 'id')];
    const type: ColumnType = join.kind === 'records' && join.take === 'first' ? 'text' : { list: 'text' };
    const shown = [
      { name: 'id', type: 'id', value: cell('t', 'property_id') },
      { name: 'value', type, value },
    ] as const;
    const plan = givenPlan(columns, [[[3], [1], [2]]], { joins: [join], columns: shown, where });
    const rows = await ask({ ...plan, inputs: { ...plan.inputs, records } });
    return rows.map((row) => [row['id'], row['value']]);
  }

  it('have all records of their property in order, what is unknown last, and nothing where there are none', async () => {
    const join = {
      kind: 'records',
      table: 'records',
      as: 'x',
      take: 'all',
      record: cell('r', 'word'),
      order: byRank,
    } as const;
    expect(await joined(join, cell('x', 'records'))).toEqual([
      [1, ['a', 'b', 'z']],
      [2, null],
      [3, ['c']],
    ]);
  });

  it('have the first of them', async () => {
    const downwards = [{ value: cell('r', 'rank'), direction: 'DESC' }] as const;
    const record = structOf([['word', cell('r', 'word')]]);
    const join = { kind: 'records', table: 'records', as: 'x', take: 'first', record, order: downwards } as const;
    expect(await joined(join, fieldOf(cell('x', 'records'), 'word'))).toEqual([
      [1, 'b'],
      [2, null],
      [3, 'c'],
    ]);
  });

  it('are left out where they need a first record and have none', async () => {
    const join = { kind: 'first', table: 'records', as: 'x', order: byRank } as const;
    const rank = compared(cell('x', 'rank'), '>=', literal(1));
    expect((await joined(join, EMPTY_LIST, [rank])).map(([id]) => id)).toEqual([1, 3]);
    const other = compared(cell('x', 'rank'), '=', literal(2));
    expect(await joined(join, EMPTY_LIST, [other])).toEqual([]);
  });

  it('are narrowed by their records', async () => {
    const join = {
      kind: 'records',
      table: 'records',
      as: 'x',
      take: 'all',
      record: cell('r', 'word'),
      order: byRank,
    } as const;
    const where = {
      node: 'has-record',
      of: 't',
      table: 'records',
      condition: compared(cell('r', 'rank'), '>', literal(1)),
    } as const;
    expect((await joined(join, EMPTY_LIST, [where])).map(([id]) => id)).toEqual([1, 3]);
    expect((await joined(join, EMPTY_LIST, [negated(where)])).map(([id]) => id)).toEqual([2]);
  });
});
