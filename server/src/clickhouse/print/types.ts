/** Logical types in ClickHouse’s words. */
import { isScalar } from '../../core/column-types.ts';
import type { ColumnType, ScalarType } from '../../core/columns.ts';
import { toDayNumber } from '../../core/dates.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import { identifier } from './identifiers.ts';

/**
 * Days are read as their number: its own type for them ends in 1900 and 2299. An instant could be read exactly in no way; no table has one.
 */
const SPELLINGS: Readonly<Record<Exclude<ScalarType, 'instant'>, string>> = {
  id: 'Int64',
  count: 'Int32',
  number: 'Float64',
  money: 'Float64',
  fraction: 'Float64',
  text: 'String',
  boolean: 'Bool',
  date: 'Int32',
};

/** Null for a type whose values it cannot read exactly. Lists and structs are never null: `core/plan/told-nulls` tells where one is. */
export function typeName(type: ColumnType): string | null {
  if (isScalar(type)) return type === 'instant' ? null : `Nullable(${SPELLINGS[type]})`;
  if ('list' in type) {
    const item = typeName(type.list);
    return item === null ? null : `Array(${item})`;
  }
  const fields: string[] = [];
  for (const [name, field] of Object.entries(type.struct)) {
    const spelt = typeName(field);
    if (spelt === null) return null;
    fields.push(`${identifier(name)} ${spelt}`);
  }
  return `Tuple(${fields.join(', ')})`;
}

/** A place in a statement for a value that is sent beside it. */
export function placeholder(name: string, type: ScalarType): string | null {
  const spelt = typeName(type);
  return spelt === null ? null : `{${name}:${spelt}}`;
}

/** The value as it is sent for the place. */
export function parameterValue(type: ScalarType, value: Parameters[string]): Parameters[string] {
  return type === 'date' && value !== null ? toDayNumber(String(value)) : value;
}
