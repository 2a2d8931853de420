/** The nodes of expressions in the engine's SQL. */
import { sqlType } from '../../core/column-types.ts';
import { type Expression, RECORD } from '../../core/plan/expression.ts';
import { PLAIN_WORDS, PROPERTY_UUID } from '../../core/ports/engine.ts';
import { identifier, literal } from './identifiers.ts';

/** Where the rows of a table are found. */
export type TableSources = (table: string) => string;

/** What conditions on a property refer to: the requested properties, and the tables of their records. */
interface Surroundings {
  /** A table with the column `property_id`; null: all of them. */
  readonly asked: string | null;
  readonly sources: TableSources;
}

const NOWHERE: Surroundings = { asked: null, sources: identifier };

function joined(expressions: readonly Expression[], between: string, surroundings: Surroundings): string {
  return expressions.map((each) => printExpression(each, surroundings)).join(between);
}

function printLiteral(value: string | number | boolean): string {
  return typeof value === 'string' ? literal(value) : String(value);
}

function printRecords(
  { table, condition }: Extract<Expression, { readonly node: 'has-record' }>,
  surroundings: Surroundings,
): string {
  const { asked, sources } = surroundings;
  const narrowed = asked === null ? '' : ` SEMI JOIN ${asked} ON ${asked}.property_id = ${RECORD}.property_id`;
  return `SELECT ${RECORD}.property_id FROM ${sources(table)} AS ${RECORD}${narrowed} WHERE ${printExpression(condition, surroundings)}`;
}

/** One pattern, which the engine compiles once for all rows. Phrases are capital letters, digits, blanks and `&`: nothing that patterns know. */
function printHasPhrase(
  { phrases, endings }: Extract<Expression, { readonly node: 'has-phrase' }>,
  text: string,
): string {
  const alternatives = [`(?:${phrases.join('|')}) `, ...(endings.length > 0 ? [`(?:${endings.join('|')}) $`] : [])];
  return `regexp_matches(' ' || ${PLAIN_WORDS}(${text}) || ' ', ${literal(` (?:${alternatives.join('|')})`)})`;
}

function printOtherWords(words: readonly string[], text: string): string {
  const other = `len(word) > 1 AND NOT regexp_matches(word, '[0-9]') AND word NOT IN (${words.map(literal).join(', ')})`;
  return `len(list_filter(string_split(${PLAIN_WORDS}(${text}), ' '), lambda word: ${other}))`;
}

/** In parentheses if it could be misread next to others. */
export function printExpression(expression: Expression, surroundings: Surroundings = NOWHERE): string {
  const print = (part: Expression) => printExpression(part, surroundings);
  switch (expression.node) {
    case 'column':
      return `${expression.of}.${identifier(expression.name)}`;
    case 'item':
      return 'item';
    case 'empty-list':
      return '[]';
    case 'literal':
      return printLiteral(expression.value);
    case 'parameter':
      return `CAST($${expression.name} AS ${sqlType(expression.type)})`;
    case 'arithmetic':
    case 'compare':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'round':
      return `round(${print(expression.value)}, ${expression.places})`;
    case 'coalesce':
      return `coalesce(${joined(expression.values, ', ', surroundings)})`;
    case 'greatest':
      return `greatest(${joined(expression.values, ', ', surroundings)})`;
    case 'all':
      return expression.conditions.length === 0 ? 'true' : `(${joined(expression.conditions, ' AND ', surroundings)})`;
    case 'any':
      return expression.conditions.length === 0 ? 'false' : `(${joined(expression.conditions, ' OR ', surroundings)})`;
    case 'not':
      return `(NOT ${print(expression.condition)})`;
    case 'is-known':
      return `(${print(expression.value)} IS NOT NULL)`;
    case 'when':
      return `CASE WHEN ${print(expression.condition)} THEN ${print(expression.value)} END`;
    case 'first-characters':
      return `left(${print(expression.value)}, ${expression.count})`;
    case 'field':
      return `${print(expression.value)}.${identifier(expression.name)}`;
    case 'struct':
      return `struct_pack(${expression.fields.map(([name, value]) => `${identifier(name)} := ${print(value)}`).join(', ')})`;
    case 'transform':
      return `list_transform(${print(expression.list)}, lambda item: ${print(expression.value)})`;
    case 'filter':
      return `list_filter(${print(expression.list)}, lambda item: ${print(expression.condition)})`;
    case 'length':
      return `len(${print(expression.list)})`;
    case 'has-phrase':
      return printHasPhrase(expression, print(expression.value));
    case 'other-words':
      return printOtherWords(expression.words, print(expression.value));
    case 'uuid5':
      return `${PROPERTY_UUID}(${print(expression.propertyId)})`;
    case 'listed': {
      const fold = (text: string) => (expression.ignoreCase ? `lower(${text})` : text);
      const values = `SELECT ${fold(identifier(expression.column))} FROM ${identifier(expression.input)}`;
      return `(${fold(print(expression.value))} IN (${values}))`;
    }
    case 'has-record':
      return `(${expression.of}.property_id IN (${printRecords(expression, surroundings)}))`;
  }
}
