/** The notation in which detail columns are declared. */
import type { Column, ListType, ScalarType } from '../../core/columns.ts';
import { column, type Expression } from '../../core/plan/expression.ts';
import { FIRST_VERSION, type Measured } from '../columns/declare.ts';
import type { Bounds, ReportColumn } from '../columns/report.ts';
import type { Computed } from '../columns/stored.ts';
import { type DetailColumn, type PersonalWhere, typeOfFields } from './detail.ts';

/** A number needs a unit; any other type says it all, and a value with parts is described part by part. */
type Shape =
  | { readonly type: Measured; readonly unit: string }
  | { readonly type: Exclude<ScalarType, Measured>; readonly unit?: null }
  | { readonly type: ListType & { readonly list: ScalarType }; readonly unit?: null }
  | { readonly listOf: Declarations; readonly unit?: null }
  | { readonly structOf: Declarations; readonly unit?: null };

/** A column without what its place says: its name is its key. The class has no default: without it the code does not compile. */
export type Declaration = Shape &
  Bounds &
  Pick<Column, 'pii' | 'description'> & {
    readonly nullable?: false;
    readonly since?: string;
    /** Over the table's alias, if the column does not show what is stored under its name. */
    readonly expression?: Expression;
    readonly personalWhere?: PersonalWhere;
    /** Stored and not shown. */
    readonly isShown?: false;
    /** Shown and not stored: `expression` uses columns that are. */
    readonly isStored?: false;
    /** See `StoredColumn`. */
    readonly computed?: Computed;
    /** See `StoredColumn`. */
    readonly about?: string;
  };
/** A complete column is taken over under the name at its place. */
export interface Declarations {
  readonly [name: string]: Declaration | DetailColumn;
}

function withType(declaration: Declaration, alias: string): Pick<DetailColumn, 'type'> & Partial<DetailColumn> {
  if ('type' in declaration) return { type: declaration.type };
  const isListed = 'listOf' in declaration;
  const parts = isListed ? declaration.listOf : declaration.structOf;
  const fields = declareDetails(alias, parts);
  return { type: typeOfFields(isListed ? 'list' : 'struct', fields), fields };
}

/** Declares columns of the table behind the alias, in this order; of the parts of a value, its parts. */
export function declareDetails(alias: string, declarations: Declarations): readonly DetailColumn[] {
  return Object.entries(declarations).map(([name, declaration]) => {
    if ('name' in declaration) return { ...declaration, name };
    const { nullable, unit, since, expression, isShown, isStored, personalWhere, pii, description } = declaration;
    const { min, max, oneOf, form, computed, about } = declaration;
    return {
      name,
      ...withType(declaration, alias),
      nullable: nullable ?? true,
      unit: unit ?? null,
      pii,
      description,
      since: since ?? FIRST_VERSION,
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      ...(oneOf !== undefined && { oneOf }),
      ...(form !== undefined && { form }),
      expression: expression ?? column(alias, name),
      ...(personalWhere !== undefined && { personalWhere }),
      ...(computed !== undefined && { computed }),
      ...(about !== undefined && { about }),
      isShown: isShown ?? true,
      isStored: isStored ?? true,
    };
  });
}

/** A column that a report declares and stores, shown here too. */
export function shared(declared: ReportColumn): DetailColumn {
  return { ...declared, isShown: true, isStored: false };
}

/** Kinds of value that many detail columns share, in addition to those of the reports. */
export const INDIRECT_TEXT = { type: 'text', pii: 'indirect' } as const;
export const PERSONAL_TEXT = { type: 'text', pii: 'direct' } as const;
export const AMOUNT = { type: 'money', unit: 'usd', min: 0, pii: 'none' } as const;
export const LENGTH = { type: 'number', unit: 'ft', min: 0, pii: 'none' } as const;
