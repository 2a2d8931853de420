/** The notation in which report columns are declared. */
import type { Column, ColumnType } from '../../core/columns.ts';
import { column, type Expression } from '../../core/plan/expression.ts';
import type { Alias, Bounds, ReportColumn } from './report.ts';

export type Measured = 'count' | 'number' | 'money';
/** A number needs a unit; any other type says it all. */
type TypeAndUnit =
  | { readonly type: Measured; readonly unit: string }
  | { readonly type: Exclude<ColumnType, Measured>; readonly unit?: null };

/** A column without what its place says: its name is its key. */
type Declaration = TypeAndUnit &
  Bounds &
  Pick<Column, 'pii' | 'description'> & {
    /** True by default: a report row exists for each row of the day table, whatever else is known. */
    readonly nullable?: false;
    readonly since?: string;
    /** By default the column with the declaration's own name. */
    readonly expression?: Expression;
  };

/** The dictionary version of columns that name no other: of reports and of details. */
export const FIRST_VERSION = '1.0';

/** Declares columns of the table behind the alias. */
export function declareColumns<Name extends string>(
  alias: Alias,
  declarations: Readonly<Record<Name, Declaration>>,
): Readonly<Record<Name, ReportColumn>> {
  const columns: Partial<Record<Name, ReportColumn>> = {};
  for (const name in declarations) {
    columns[name] = {
      nullable: true,
      unit: null,
      since: FIRST_VERSION,
      expression: column(alias, name),
      ...declarations[name],
      name,
    };
  }
  // The loop has filled in every name; TypeScript cannot see that.
  return columns as Record<Name, ReportColumn>;
}

/** Kinds of value that many columns share. `as const` keeps them checkable against `Declaration`. */
export const SHARE = { type: 'fraction', min: 0, max: 1, pii: 'none' } as const;
/** A relative change: −0.05 is five percent down. Nothing can fall below −1. */
export const CHANGE = { type: 'fraction', min: -1, pii: 'none' } as const;
export const RENT = { type: 'money', unit: 'usd_per_month', min: 0, pii: 'none' } as const;
export const RENT_PER_SQ_FT = { type: 'money', unit: 'usd_per_sq_ft_per_month', min: 0, pii: 'none' } as const;
export const PRICE = { type: 'money', unit: 'usd', min: 0, pii: 'none' } as const;
export const UNITS = { type: 'count', unit: 'units', min: 0, pii: 'none' } as const;
export const MEAN_DAYS = { type: 'number', unit: 'days', min: 0, pii: 'none' } as const;
export const AREA = { type: 'number', unit: 'sq_ft', min: 1, pii: 'none' } as const;
export const YEAR = { type: 'count', unit: 'year', min: 1600, max: 2100, pii: 'none' } as const;
export const TEXT = { type: 'text', pii: 'none' } as const;
export const FLAG = { type: 'boolean', pii: 'none' } as const;
export const DAY = { type: 'date', pii: 'none' } as const;
