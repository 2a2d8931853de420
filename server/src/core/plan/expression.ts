/**
 * What a column shows and what a condition asks, in a closed set of nodes. No node holds text in any engine’s language: each engine’s adapter
 * prints the nodes in its own. Every node is null if a part that it needs is null, unless it says otherwise.
 */
import type { ScalarType } from '../columns.ts';

export type Expression =
  /** A column of the table, the join or the record that goes by the name `of`. */
  | { readonly node: 'column'; readonly of: string; readonly name: string }
  /** The item that the innermost `transform` or `filter` is at. */
  | { readonly node: 'item' }
  /** A value from our own declarations. What customers send is a `parameter`. */
  | { readonly node: 'literal'; readonly value: string | number | boolean }
  /** A value of the plan’s parameters, read as the type. */
  | { readonly node: 'parameter'; readonly name: string; readonly type: ScalarType }
  /** Of doubles. Null for a division by zero. */
  | {
      readonly node: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    }
  /** To that many decimal places, halves away from zero. */
  | { readonly node: 'round'; readonly value: Expression; readonly places: number }
  /** The first that is not null. */
  | { readonly node: 'coalesce'; readonly values: readonly Expression[] }
  /** The greatest of those that are not null. */
  | { readonly node: 'greatest'; readonly values: readonly Expression[] }
  | {
      readonly node: 'compare';
      readonly operator: '=' | '<' | '<=' | '>' | '>=';
      readonly left: Expression;
      readonly right: Expression;
    }
  /** In three-valued logic. All of none are true, any of none is false. */
  | { readonly node: 'all' | 'any'; readonly conditions: readonly Expression[] }
  | { readonly node: 'not'; readonly condition: Expression }
  | { readonly node: 'is-known'; readonly value: Expression }
  /** Null unless the condition is true. */
  | { readonly node: 'when'; readonly condition: Expression; readonly value: Expression }
  /** The first characters of a text. */
  | { readonly node: 'first-characters'; readonly value: Expression; readonly count: number }
  /** A part of a struct. */
  | { readonly node: 'field'; readonly value: Expression; readonly name: string }
  /** Never null itself: its parts may be. */
  | { readonly node: 'struct'; readonly fields: readonly (readonly [name: string, value: Expression])[] }
  /** The list of what `value` is for each item. */
  | { readonly node: 'transform'; readonly list: Expression; readonly value: Expression }
  /** The items for which the condition is true. */
  | { readonly node: 'filter'; readonly list: Expression; readonly condition: Expression }
  | { readonly node: 'length'; readonly list: Expression }
  /**
   * True when one of the phrases, or at the text's end one of the endings, is in the text in whole words. Texts are compared without case,
   * accents, dots, apostrophes and other punctuation; `&` is a word. Phrases are written in capital letters.
   */
  | {
      readonly node: 'has-phrase';
      readonly value: Expression;
      readonly phrases: readonly string[];
      readonly endings: readonly string[];
    }
  /** How many words of the text are not among these, single letters and words with a digit not counted. Compared as phrases are. */
  | { readonly node: 'other-words'; readonly value: Expression; readonly words: readonly string[] }
  | { readonly node: 'empty-list' }
  /** UUID version 5 of a property’s number in decimal, as lower-case text (`core/ids`, RFC 9562 §5.5). */
  | { readonly node: 'uuid5'; readonly propertyId: Expression }
  /** True when the value is in the column of the input table. */
  | {
      readonly node: 'listed';
      readonly value: Expression;
      readonly input: string;
      readonly column: string;
      readonly ignoreCase: boolean;
    }
  /** True when the property of the row `of` has a record in the table for which the condition over `RECORD` is true. */
  | { readonly node: 'has-record'; readonly of: string; readonly table: string; readonly condition: Expression };

/** The name under which expressions over one record of a table know it. */
export const RECORD = 'r';

export function column(of: string, name: string): Expression {
  return { node: 'column', of, name };
}

export const ITEM: Expression = { node: 'item' };

export const EMPTY_LIST: Expression = { node: 'empty-list' };

export function literal(value: string | number | boolean): Expression {
  return { node: 'literal', value };
}

export function parameter(name: string, type: ScalarType): Expression {
  return { node: 'parameter', name, type };
}

export function divided(left: Expression, right: Expression): Expression {
  return { node: 'arithmetic', operator: '/', left, right };
}

export function times(left: Expression, right: Expression): Expression {
  return { node: 'arithmetic', operator: '*', left, right };
}

export function rounded(value: Expression, places: number): Expression {
  return { node: 'round', value, places };
}

export function coalesced(...values: readonly Expression[]): Expression {
  return { node: 'coalesce', values };
}

type Comparison = Extract<Expression, { readonly node: 'compare' }>['operator'];

export function compared(left: Expression, operator: Comparison, right: Expression): Expression {
  return { node: 'compare', operator, left, right };
}

export function allOf(...conditions: readonly Expression[]): Expression {
  return { node: 'all', conditions };
}

export function anyOf(...conditions: readonly Expression[]): Expression {
  return { node: 'any', conditions };
}

export function negated(condition: Expression): Expression {
  return { node: 'not', condition };
}

export function valueWhen(condition: Expression, value: Expression): Expression {
  return { node: 'when', condition, value };
}

export function fieldOf(value: Expression, name: string): Expression {
  return { node: 'field', value, name };
}

export function structOf(fields: readonly (readonly [name: string, value: Expression])[]): Expression {
  return { node: 'struct', fields };
}

export function transformed(list: Expression, value: Expression): Expression {
  return { node: 'transform', list, value };
}

export function filtered(list: Expression, condition: Expression): Expression {
  return { node: 'filter', list, condition };
}

export function lengthOf(list: Expression): Expression {
  return { node: 'length', list };
}

/** What the node is made of, one step down. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.node) {
    case 'column':
    case 'item':
    case 'empty-list':
    case 'literal':
    case 'parameter':
      return [];
    case 'arithmetic':
    case 'compare':
      return [expression.left, expression.right];
    case 'coalesce':
    case 'greatest':
      return expression.values;
    case 'all':
    case 'any':
      return expression.conditions;
    case 'not':
    case 'has-record':
      return [expression.condition];
    case 'when':
      return [expression.condition, expression.value];
    case 'struct':
      return expression.fields.map(([, value]) => value);
    case 'transform':
      return [expression.list, expression.value];
    case 'filter':
      return [expression.list, expression.condition];
    case 'length':
      return [expression.list];
    case 'uuid5':
      return [expression.propertyId];
    case 'round':
    case 'is-known':
    case 'first-characters':
    case 'has-phrase':
    case 'other-words':
    case 'field':
    case 'listed':
      return [expression.value];
  }
}

/** The names of the columns of `of` that the expressions read, each once. */
export function columnsRead(of: string, expressions: readonly Expression[]): ReadonlySet<string> {
  const names = new Set<string>();
  const rest = [...expressions];
  for (let expression = rest.pop(); expression !== undefined; expression = rest.pop()) {
    if (expression.node === 'column' && expression.of === of) names.add(expression.name);
    rest.push(...partsOf(expression));
  }
  return names;
}
