import type { Expression } from './expression.ts';

type Column = Extract<Expression, { readonly node: 'column' }>;

/** The expression with each of its columns replaced. */
export function replaceColumns(expression: Expression, replace: (column: Column) => Expression): Expression {
  const inside = (part: Expression) => replaceColumns(part, replace);
  switch (expression.node) {
    case 'column':
      return replace(expression);
    case 'item':
    case 'empty-list':
    case 'literal':
    case 'parameter':
      return expression;
    case 'arithmetic':
    case 'compare':
      return { ...expression, left: inside(expression.left), right: inside(expression.right) };
    case 'coalesce':
    case 'greatest':
      return { ...expression, values: expression.values.map(inside) };
    case 'all':
    case 'any':
      return { ...expression, conditions: expression.conditions.map(inside) };
    case 'not':
    case 'has-record':
      return { ...expression, condition: inside(expression.condition) };
    case 'when':
      return { ...expression, condition: inside(expression.condition), value: inside(expression.value) };
    case 'struct':
      return { ...expression, fields: expression.fields.map(([name, value]) => [name, inside(value)] as const) };
    case 'transform':
      return { ...expression, list: inside(expression.list), value: inside(expression.value) };
    case 'filter':
      return { ...expression, list: inside(expression.list), condition: inside(expression.condition) };
    case 'length':
      return { ...expression, list: inside(expression.list) };
    case 'uuid5':
      return { ...expression, propertyId: inside(expression.propertyId) };
    case 'round':
    case 'is-known':
    case 'first-characters':
    case 'has-phrase':
    case 'other-words':
    case 'field':
    case 'listed':
      return { ...expression, value: inside(expression.value) };
  }
}
