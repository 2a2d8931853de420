import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScalarType } from '../../src/core/columns.ts';
import { compileCondition } from '../../src/core/conditions/compile.ts';
import { type Condition, MOST_VALUES, type Operator, parseCondition } from '../../src/core/conditions/parse.ts';
import { LONGEST_CONDITION, type Token } from '../../src/core/conditions/tokens.ts';
import { ConveyanceError } from '../../src/core/errors.ts';
import type { Expression } from '../../src/core/plan/expression.ts';

const COLUMNS = [
  { name: 'property_id', type: 'id' },
  { name: 'avg_rent', type: 'money' },
  { name: 'city', type: 'text' },
  { name: 'date', type: 'date' },
  { name: 'is_leased', type: 'boolean' },
  { name: 'seen_at', type: 'instant' },
  { name: 'amenities', type: { list: 'text' } },
] as const;

function compiled(text: string) {
  return compileCondition(text, COLUMNS, 't');
}

function refusal(text: string): string {
  try {
    compiled(text);
  } catch (error) {
    if (error instanceof ConveyanceError && error.code === 'invalid_parameter') return error.message;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('a condition that is none says where, and what is expected there', () => {
  it.each([
    ['', 'condition, character 1: the name of a column, NOT or ( is expected, the condition ends'],
    ['city', 'condition, character 5: one of =, <>, <, <=, >, >=, IN, BETWEEN, IS is expected, the condition ends'],
    [
      'city = ',
      "condition, character 8: a number, a text in ' (as 'Rome'), a day, TRUE or FALSE is expected, the condition ends",
    ],
    ["city = 'Rome", "condition, character 13: the ' that ends the text is expected, the condition ends"],
    [
      'city = "Rome"',
      'condition, character 8: a name, a number, a text in \' or an operator is expected, there is "\\"Rome\\""',
    ],
    ['city = Rome', 'a day, TRUE or FALSE is expected, there is "Rome"'],
    [
      "city = 'Rome' property_id = 1",
      'condition, character 15: AND, OR or the end is expected, there is "property_id"',
    ],
    ['(property_id = 1', 'condition, character 17: AND, OR or ) is expected, the condition ends'],
    ['property_id IN ()', "condition, character 17: a number, a text in '"],
    ['property_id IN (1 2)', 'condition, character 19: "," or ) is expected, there is "2"'],
    ['property_id BETWEEN 1 OR 2', 'condition, character 23: AND is expected, there is "OR"'],
    ['property_id NOT = 1', 'condition, character 17: IN or BETWEEN is expected, there is "="'],
    ['property_id IS 1', 'condition, character 16: NULL or NOT NULL is expected, there is "1"'],
    ['propertyid = 1', 'condition, character 1: there is no column propertyid (nearest: property_id)'],
    ["city = 'x' OR citty = 'y'", 'condition, character 15: there is no column citty (nearest: city)'],
    ["property_id = '1'", 'condition, character 15: a whole number for property_id is expected, there is "1"'],
    ['property_id = 1.5', 'condition, character 15: a whole number for property_id'],
    ['property_id = 99999999999999999999', 'condition, character 15: a whole number for property_id'],
    ['avg_rent > 1e999', 'condition, character 12: an amount in dollars for avg_rent'],
    ['city = 1', "condition, character 8: a text in ' for city, as 'Rome' is expected"],
    ['city = 2025-01-31', "condition, character 8: a text in ' for city"],
    ["date = '2025-02-30'", 'condition, character 8: a day for date, as 2025-01-31 is expected, there is "2025-02-30"'],
    ['date = 2025', 'condition, character 8: a day for date'],
    ["is_leased = 'true'", 'condition, character 13: TRUE or FALSE for is_leased'],
    ["seen_at < '2025-01-31'", "condition, character 11: an instant for seen_at, as '2025-01-31T12:00:00Z'"],
    [
      "amenities = 'pool'",
      'condition, character 1: amenities is a list<text>; it can only be asked whether it IS NULL',
    ],
    ["city = 'x'; DROP TABLE jobs", 'condition, character 11: a name, a number'],
    ['constructor = 1', 'condition, character 1: there is no column constructor'],
    [`${'('.repeat(40)}`, 'condition, character 34: more than 32 levels deep'],
    [`${'NOT '.repeat(40)}`, 'more than 32 levels deep'],
    [`city = '${'x'.repeat(LONGEST_CONDITION)}'`, 'a condition has at most 10000 characters'],
    [`property_id IN (${'1,'.repeat(MOST_VALUES)}1)`, 'a condition has at most 1000 values'],
  ])('%j', (text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it('whatever is typed: a condition, or a refusal with a place in it', () => {
    const words = fc.constantFrom(
      ...COLUMNS.map(({ name }) => name),
      'AND',
      'or',
      'Not',
      'IN',
      'between',
      'IS',
      'NULL',
    );
    const piece = fc.oneof(
      words,
      fc.constantFrom('(', ')', ',', '=', '<>', '1', "'x'", '2025-01-31', 'TRUE'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join(' ');
        try {
          compiled(text);
        } catch (error) {
          if (!(error instanceof ConveyanceError)) throw error;
          expect(error.code).toBe('invalid_parameter');
          const at = Number(/character (\d+)/.exec(error.message)?.[1]);
          expect(at).toBeGreaterThanOrEqual(1);
          expect(at).toBeLessThanOrEqual(text.length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

it('what is typed as a value becomes a parameter, and no node holds it', () => {
  const evil = "Rome''; DROP TABLE jobs --";
  const { where, parameters } = compiled(`city = '${evil}' AND property_id IN (1, 2) AND NOT date < 2025-01-31`);
  expect(parameters).toEqual({
    condition_1: "Rome'; DROP TABLE jobs --",
    condition_2: 1,
    condition_3: 2,
    condition_4: '2025-01-31',
  });
  expect(JSON.stringify(where)).not.toContain('DROP');
});

type Cell = string | number | boolean | null;
type Row = Readonly<Record<string, Cell>>;
type Truth = boolean | null;

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

function any(truths: readonly Truth[]): Truth {
  return not(all(truths.map(not)));
}

function ordered(left: Cell, operator: Operator, right: Cell): Truth {
  if (left === null || right === null) return null;
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** What the grammar means, read off the words. */
function meaningOf(condition: Condition, row: Row, types: Readonly<Record<string, ScalarType>>): Truth {
  const cell = ({ text }: Token) => row[text] ?? null;
  const value = (name: Token, { kind, text }: Token): Cell => {
    if (kind === 'number') return Number(text);
    return types[name.text] === 'boolean' ? text.toUpperCase() === 'TRUE' : text;
  };
  switch (condition.kind) {
    case 'compare':
      return ordered(cell(condition.name), condition.operator, value(condition.name, condition.value));
    case 'in':
      return any(condition.values.map((each) => ordered(cell(condition.name), '=', value(condition.name, each))));
    case 'between': {
      const { name, low, high } = condition;
      return all([ordered(cell(name), '>=', value(name, low)), ordered(cell(name), '<=', value(name, high))]);
    }
    case 'is-null':
      return cell(condition.name) === null;
    case 'not':
      return not(meaningOf(condition.condition, row, types));
    case 'and':
      return all(condition.conditions.map((each) => meaningOf(each, row, types)));
    case 'or':
      return any(condition.conditions.map((each) => meaningOf(each, row, types)));
  }
}

/** What the nodes say of a row, in three-valued logic as `core/plan` declares it. */
function saidOf(node: Expression, row: Row, parameters: Row): Cell {
  const truth = (each: Expression): Truth => {
    const value = saidOf(each, row, parameters);
    return value === null || typeof value === 'boolean' ? value : true;
  };
  if (node.node === 'column') return row[node.name] ?? null;
  if (node.node === 'parameter') return parameters[node.name] ?? null;
  if (node.node === 'compare') {
    return ordered(saidOf(node.left, row, parameters), node.operator, saidOf(node.right, row, parameters));
  }
  if (node.node === 'all') return all(node.conditions.map(truth));
  if (node.node === 'any') return any(node.conditions.map(truth));
  if (node.node === 'not') return not(truth(node.condition));
  if (node.node === 'is-known') return saidOf(node.value, row, parameters) !== null;
  throw new Error(`a condition has no node ${node.node}`);
}

const TYPES: Readonly<Record<string, ScalarType>> = {
  property_id: 'id',
  avg_rent: 'money',
  city: 'text',
  date: 'date',
  is_leased: 'boolean',
};
const CELLS = {
  property_id: fc.integer({ min: -3, max: 3 }),
  avg_rent: fc.constantFrom(-1.5, 0, 0.25, 2, 1e21),
  city: fc.constantFrom('', 'Rome', "L'Aquila", 'é', 'AND', '('),
  date: fc.constantFrom('2024-02-29', '2025-01-31', '2025-02-01'),
  is_leased: fc.boolean(),
} as const;
const NAMES = Object.keys(TYPES) as (keyof typeof CELLS)[];

function typed(value: Cell): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

const COMPARISON: fc.Arbitrary<string> = fc.constantFrom(...NAMES).chain((name) => {
  const literal = (CELLS[name] as fc.Arbitrary<Cell>).map(typed);
  return fc.oneof(
    fc
      .tuple(fc.constantFrom('=', '<>', '!=', '<', '<=', '>', '>='), literal)
      .map(([op, value]) => `${name}${op}${value}`),
    fc
      .tuple(fc.constantFrom('IN', 'not in'), fc.array(literal, { minLength: 1, maxLength: 3 }))
      .map(([word, values]) => `${name} ${word} (${values.join(', ')})`),
    fc
      .tuple(fc.constantFrom('between', 'NOT BETWEEN'), literal, literal)
      .map(([word, low, high]) => `${name} ${word} ${low} and ${high}`),
    fc.constantFrom(`${name} IS NULL`, `${name} is not null`),
  );
});
const { condition: CONDITION } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    COMPARISON,
    fc
      .array(fc.tuple(tie('condition'), fc.constantFrom(' AND ', ' or ')), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map(([part, word], index) => `${index > 0 ? word : ''}${part}`).join('')),
    tie('condition').map((part) => `NOT (${part})`),
    tie('condition').map((part) => `( ${part} )`),
  ),
}));
const ROW = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.option(CELLS[name] as fc.Arbitrary<Cell>)])));

it('its nodes say of every row what its words say', () => {
  fc.assert(
    fc.property(CONDITION, ROW, (text, row) => {
      const { where, parameters } = compiled(text);
      expect(saidOf(where, row, parameters)).toBe(meaningOf(parseCondition(text), row, TYPES));
    }),
    { numRuns: 3000 },
  );
});

it('AND binds closer than OR, and NOT closer than both', () => {
  const row = { property_id: 1, city: null };
  const says = (text: string) => {
    const { where, parameters } = compiled(text);
    return saidOf(where, row, parameters);
  };
  expect(says('property_id = 1 OR property_id = 1 AND property_id = 2')).toBe(true);
  expect(says('(property_id = 1 OR property_id = 1) AND property_id = 2')).toBe(false);
  expect(says('NOT property_id = 2 AND property_id = 1')).toBe(true);
  expect(says('NOT property_id = 1 OR property_id = 1')).toBe(true);
  // What is not known is not true, and its opposite is not either.
  expect(says("city = 'Rome'")).toBe(null);
  expect(says("NOT city = 'Rome'")).toBe(null);
});
