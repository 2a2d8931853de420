/** Rows that were found elsewhere, in the engine's SQL. */
import { isScalar, sqlType } from '../../core/column-types.ts';
import type { ColumnType } from '../../core/columns.ts';
import { FOUND, foundName, type TwoSteps } from '../../core/plan/found-rows.ts';
import { READ_AS_IT_IS, toldNullsOf } from '../../core/plan/told-nulls.ts';
import { identifier, literal } from './identifiers.ts';
import { printShown } from './rows.ts';

const FIRST_DAY = `DATE '1970-01-01'`;

function holdsDay(type: ColumnType): boolean {
  if (isScalar(type)) return type === 'date';
  return 'list' in type ? holdsDay(type.list) : Object.values(type.struct).some(holdsDay);
}

/** The value with its days as such: they come as numbers. */
function withDays(type: ColumnType, value: string): string {
  if (!holdsDay(type)) return value;
  if (isScalar(type)) return `(${FIRST_DAY} + CAST(${value} AS INTEGER))`;
  if ('list' in type) return `list_transform(${value}, lambda item: ${withDays(type.list, 'item')})`;
  const fields = Object.entries(type.struct).map(
    ([name, field]) => `${identifier(name)} := ${withDays(field, `${value}.${identifier(name)}`)}`,
  );
  return `struct_pack(${fields.join(', ')})`;
}

/** The value as it is stored. */
function storedValue(type: ColumnType, name: string): string {
  const value = `CAST(${withDays(type, identifier(name))} AS ${sqlType(type)})`;
  if (isScalar(type)) return value;
  const told = identifier(toldNullsOf(name));
  return `CASE WHEN ${told} = ${literal(READ_AS_IT_IS)} THEN ${value} ELSE CAST(CAST(${told} AS JSON) AS ${sqlType(type)}) END`;
}

/** The rows of the file, in its order, as they are shown. */
export function printFoundRows({ found, shown }: TwoSteps, path: string): string {
  const values = found.map(({ type }, index) => {
    const name = foundName(index);
    return `${storedValue(type, name)} AS ${identifier(name)}`;
  });
  return `SELECT\n  ${printShown({ columns: shown })}\nFROM (SELECT ${values.join(', ')} FROM read_parquet(${literal(path)})) AS ${FOUND}`;
}
