/** The nodes of conditions in ClickHouse’s SQL. */
import type { Expression } from '../../core/plan/expression.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import { identifier, literal } from './identifiers.ts';
import { parameterValue, placeholder } from './types.ts';

/** A condition in SQL, with the values that are sent beside it. */
export interface PrintedCondition {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** Thrown by a printer that has no words for it that mean exactly the same; never seen outside of this room. */
export class CannotPrint extends Error {}

function joined(parts: readonly string[], operator: 'AND' | 'OR', ofNone: string): string {
  return parts.length === 0 ? ofNone : `(${parts.join(` ${operator} `)})`;
}

/** @param values of the plan’s parameters */
export function printCondition(condition: Expression, values: Parameters): PrintedCondition {
  const parameters: Record<string, Parameters[string]> = {};
  function print(expression: Expression): string {
    switch (expression.node) {
      case 'column':
        return `${expression.of}.${identifier(expression.name)}`;
      case 'literal':
        return typeof expression.value === 'string' ? literal(expression.value) : String(expression.value);
      case 'parameter': {
        const { name, type } = expression;
        const place = placeholder(name, type);
        const value = values[name];
        if (place === null || value === undefined) throw new CannotPrint(`the parameter ${name}`);
        parameters[name] = parameterValue(type, value);
        return place;
      }
      case 'compare':
        return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
      case 'coalesce':
        return `coalesce(${expression.values.map(print).join(', ')})`;
      case 'all':
        return joined(expression.conditions.map(print), 'AND', 'true');
      case 'any':
        return joined(expression.conditions.map(print), 'OR', 'false');
      case 'not':
        return `(NOT ${print(expression.condition)})`;
      case 'is-known':
        return `(${print(expression.value)} IS NOT NULL)`;
      // The cells are made elsewhere, of columns: no condition that is asked for here has one of these.
      case 'item':
      case 'arithmetic':
      case 'round':
      case 'greatest':
      case 'when':
      case 'first-characters':
      case 'field':
      case 'struct':
      case 'transform':
      case 'filter':
      case 'length':
      case 'has-phrase':
      case 'other-words':
      case 'empty-list':
      case 'uuid5':
      case 'listed':
      case 'has-record':
        throw new CannotPrint(`the node ${expression.node}`);
    }
  }
  const sql = print(condition);
  return { sql, parameters };
}
