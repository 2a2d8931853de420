/** Rows in two steps, where one engine finds, joins and sorts them, and another one makes the cells: what has to come of each, and what is made of it. */
import type { ColumnType } from '../columns.ts';
import { column, columnsRead, type Expression } from './expression.ts';
import { replaceColumns } from './replace-columns.ts';
import type { Rows, ShownValue } from './rows.ts';

/** A stored column as it has to come, of the table or the join that goes by the name `of`. */
export interface FoundColumn {
  readonly of: string;
  readonly name: string;
  readonly type: ColumnType;
}

export interface TwoSteps {
  readonly found: readonly FoundColumn[];
  /** Over a row of the found columns that goes by the name `FOUND`, each under `foundName`. */
  readonly shown: readonly ShownValue[];
}

/** The name of a row of found columns. */
export const FOUND = 'found';

/** The name of the found column at this place among them: those of several tables may have the same. */
export function foundName(index: number): string {
  return `c${index}`;
}

/** @param typeOf a column of the table or the join that goes by this name; null if it is not stored as it is. */
export function inTwoSteps(
  { as, joins, columns }: Pick<Rows, 'as' | 'joins' | 'columns'>,
  typeOf: (of: string, name: string) => ColumnType | null,
): TwoSteps | null {
  const values = columns.map(({ value }) => value);
  const found: FoundColumn[] = [];
  const places = new Map<string, Expression>();
  for (const of of [as, ...joins.map((join) => join.as)]) {
    for (const name of columnsRead(of, values)) {
      const type = typeOf(of, name);
      if (type === null) return null;
      places.set(`${of}.${name}`, column(FOUND, foundName(found.length)));
      found.push({ of, name, type });
    }
  }
  const shown = columns.map((each) => ({
    ...each,
    value: replaceColumns(each.value, (named) => places.get(`${named.of}.${named.name}`) ?? named),
  }));
  return { found, shown };
}
