/** Conditions on the columns of a table, as nodes of the plan. What was typed as a value becomes a parameter and stands in no text. */
import { isScalar, typeName } from '../column-types.ts';
import type { Column, ScalarType } from '../columns.ts';
import { isCalendarDay } from '../dates.ts';
import { ConveyanceError } from '../errors.ts';
import { likelyHint } from '../input/nearest.ts';
import { allOf, anyOf, column as columnOf, compared, type Expression, negated, parameter } from '../plan/expression.ts';
import { type Condition, type Operator, parseCondition } from './parse.ts';
import { refuseAt, type Token } from './tokens.ts';

export type ConditionColumn = Pick<Column, 'name' | 'type'>;

export interface CompiledCondition {
  /** In three-valued logic: null where a column that it needs is null. */
  readonly where: Expression;
  /** By the names that `where` has for them. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

type Literal = string | number | boolean;

/** As much as the column can have: an engine would fail to read more. */
const MOST_COUNT = 2 ** 31 - 1;

const INSTANT_FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function numberOf(token: Token, expected: string, isFit: (value: number) => boolean): number {
  const value = token.kind === 'number' ? Number(token.text) : Number.NaN;
  return isFit(value) ? value : refuseAt(token, expected);
}

function textOf(
  token: Token,
  kinds: readonly Token['kind'][],
  expected: string,
  isFit: (text: string) => boolean,
): string {
  return kinds.includes(token.kind) && isFit(token.text) ? token.text : refuseAt(token, expected);
}

/** What a value of each type looks like. */
const READERS: Readonly<Record<ScalarType, (token: Token, name: string) => Literal>> = {
  id: (token, name) => numberOf(token, `a whole number for ${name}`, Number.isSafeInteger),
  count: (token, name) => {
    const count = numberOf(token, `a whole number for ${name}`, Number.isSafeInteger);
    return Math.abs(count) <= MOST_COUNT ? count : refuseAt(token, `a whole number up to ${MOST_COUNT} for ${name}`);
  },
  number: (token, name) => numberOf(token, `a number for ${name}`, Number.isFinite),
  money: (token, name) => numberOf(token, `an amount in dollars for ${name}, as 1250.5`, Number.isFinite),
  fraction: (token, name) => numberOf(token, `a share from 0 to 1 for ${name}, as 0.05`, Number.isFinite),
  text: (token, name) => textOf(token, ['text'], `a text in ' for ${name}, as 'Rome'`, () => true),
  boolean: (token, name) => {
    const word = token.kind === 'name' ? token.text.toUpperCase() : '';
    return word === 'TRUE' || word === 'FALSE' ? word === 'TRUE' : refuseAt(token, `TRUE or FALSE for ${name}`);
  },
  date: (token, name) => textOf(token, ['day', 'text'], `a day for ${name}, as 2025-01-31`, isCalendarDay),
  instant: (token, name) =>
    textOf(
      token,
      ['text'],
      `an instant for ${name}, as '2025-01-31T12:00:00Z'`,
      (text) => INSTANT_FORM.test(text) && isCalendarDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
    ),
};

class Compiler {
  readonly #columns: ReadonlyMap<string, ConditionColumn>;
  readonly #of: string;
  readonly parameters: Record<string, Literal> = {};

  constructor(columns: readonly ConditionColumn[], of: string) {
    this.#columns = new Map(columns.map((each) => [each.name, each]));
    this.#of = of;
  }

  compile(condition: Condition): Expression {
    switch (condition.kind) {
      case 'compare': {
        const { expression, type, name } = this.#scalar(condition.name);
        return this.#compare(expression, condition.operator, this.#value(condition.value, type, name));
      }
      case 'in': {
        const { expression, type, name } = this.#scalar(condition.name);
        return anyOf(...condition.values.map((each) => compared(expression, '=', this.#value(each, type, name))));
      }
      case 'between': {
        const { expression, type, name } = this.#scalar(condition.name);
        const [low, high] = [condition.low, condition.high].map((each) => this.#value(each, type, name));
        if (low === undefined || high === undefined) throw new TypeError('BETWEEN has two values');
        return allOf(compared(expression, '>=', low), compared(expression, '<=', high));
      }
      case 'is-null':
        return negated({ node: 'is-known', value: columnOf(this.#of, this.#column(condition.name).name) });
      case 'not':
        return negated(this.compile(condition.condition));
      case 'and':
        return allOf(...condition.conditions.map((each) => this.compile(each)));
      case 'or':
        return anyOf(...condition.conditions.map((each) => this.compile(each)));
    }
  }

  #column({ text, at }: Token): ConditionColumn {
    const found = this.#columns.get(text);
    if (found !== undefined) return found;
    const hint = likelyHint(text, this.#columns.keys());
    throw new ConveyanceError('invalid_parameter', `condition, character ${at}: there is no column ${text}${hint}`);
  }

  #scalar(token: Token) {
    const { name, type } = this.#column(token);
    if (!isScalar(type)) {
      const message = `condition, character ${token.at}: ${name} is a ${typeName(type)}; it can only be asked whether it IS NULL`;
      throw new ConveyanceError('invalid_parameter', message);
    }
    return { expression: columnOf(this.#of, name), type, name };
  }

  #value(token: Token, type: ScalarType, name: string): Expression {
    const key = `condition_${Object.keys(this.parameters).length + 1}`;
    this.parameters[key] = READERS[type](token, name);
    return parameter(key, type);
  }

  #compare(left: Expression, operator: Operator, right: Expression): Expression {
    return operator === '<>' ? negated(compared(left, '=', right)) : compared(left, operator, right);
  }
}

/**
 * @param columns that may be named.
 * @param of the name under which the plan knows their table.
 *
 * Throws `invalid_parameter` with the place in the text, and what was expected there.
 */
export function compileCondition(text: string, columns: readonly ConditionColumn[], of: string): CompiledCondition {
  const compiler = new Compiler(columns, of);
  const where = compiler.compile(parseCondition(text));
  return { where, parameters: compiler.parameters };
}
