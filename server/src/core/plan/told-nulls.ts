/**
 * What the files of the warehouse tell beside each column of lists or structs. There are readers of Parquet that know no null in place of a
 * list or a struct, and take it for an empty one; a text column beside it tells them.
 */
import { isScalar } from '../column-types.ts';
import type { Column, ColumnType } from '../columns.ts';

/** The name of the text column beside the column. No table declares one of this form. */
export function toldNullsOf(name: string): string {
  return `${name}#nulls`;
}

/**
 * What it holds: null where the value is null, this where such a reader reads the value as it is, and the whole value as JSON where it would
 * lose a null inside. Without the column the value is null.
 */
export const READ_AS_IT_IS = '';

/** SQL: true where a list or a struct inside the value is null; null where the type can have none inside. */
function holdsNull(type: ColumnType, value: string): string | null {
  if (isScalar(type)) return null;
  if ('list' in type) {
    if (isScalar(type.list)) return null;
    const inside = holdsNull(type.list, 'item');
    return `len(list_filter(${value}, lambda item: item IS NULL${inside === null ? '' : ` OR ${inside}`})) > 0`;
  }
  const parts = Object.entries(type.struct).flatMap(([name, field]) => {
    if (isScalar(field)) return [];
    const part = `${value}."${name}"`;
    const inside = holdsNull(field, part);
    return [`${part} IS NULL${inside === null ? '' : ` OR ${inside}`}`];
  });
  return parts.length === 0 ? null : `(${parts.join(' OR ')})`;
}

function toldNull({ name, type }: Pick<Column, 'name' | 'type'>): string {
  const value = `"${name}"`;
  const holds = holdsNull(type, value);
  const inside = holds === null ? '' : ` WHEN ${holds} THEN CAST(to_json(${value}) AS VARCHAR)`;
  return `CASE WHEN ${value} IS NULL THEN NULL${inside} ELSE '${READ_AS_IT_IS}' END AS "${toldNullsOf(name)}"`;
}

/** What is told of these columns, in the engine’s SQL: to be selected behind all of them. */
export function toldNulls(columns: readonly Pick<Column, 'name' | 'type'>[]): string {
  return columns
    .filter(({ type }) => !isScalar(type))
    .map((column) => `, ${toldNull(column)}`)
    .join('');
}
