/** What a detail type is. Stored tables, checks of a load, queries, the filter of personal data and the dictionary derive from values of these types. */
import type { ListType, StructType } from '../../core/columns.ts';
import type { DetailType } from '../../core/details.ts';
import type { Expression } from '../../core/plan/expression.ts';
import type { OrderTerm } from '../../core/plan/rows.ts';
import type { ReportColumn } from '../columns/report.ts';
import type { Computed } from '../columns/stored.ts';

/** The tables of detail records, with the columns that identify a row. */
export const DETAIL_SOURCES = {
  sales: ['property_id', 'sale_id'],
  mortgages: ['property_id', 'mortgage_id'],
  taxes: ['property_id', 'tax_year'],
  tenants: ['property_id', 'tenant_id'],
  ownerships: ['property_id', 'portfolio_id'],
  contacts: ['property_id', 'contact_id'],
  reported_owners: ['property_id', 'reported_owner_id'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type DetailSource = keyof typeof DETAIL_SOURCES;

/** A column whose values identify a person in some rows only. When in doubt, a value counts as a person's. */
export interface PersonalWhere {
  /** `value`: it is null there. `items`: the items for which it holds are not in the list. */
  readonly leavesOut: 'value' | 'items';
  /** Never null: over the record, or over the item for the items of a list and what is inside them. */
  readonly condition: Expression;
  /** Completes “left out …” in the dictionary. */
  readonly words: string;
}

/**
 * A column of a detail record, or a part of such a column's value. If values have parts, `fields` declares them and `type` is the
 * struct, or the list of structs, that they make up.
 *
 * Class `direct` is what the filter leaves out: always, unless `personalWhere` narrows it. `indirect` and `none` stay.
 */
export interface DetailColumn extends ReportColumn {
  readonly fields?: readonly DetailColumn[];
  readonly personalWhere?: PersonalWhere;
  /** See `StoredColumn`. */
  readonly computed?: Computed;
  /** See `StoredColumn`. */
  readonly about?: string;
  /** Shown to customers. The others are only stored: keys. */
  readonly isShown: boolean;
  /** False for a column that shows what other columns store. */
  readonly isStored: boolean;
}

/** A part of the answer for a property: the records of one table. */
export interface DetailNode {
  /** Its key in the answer. */
  readonly name: string;
  readonly table: DetailSource;
  /** `list` of all records, or the one that was updated `latest`. */
  readonly shape: 'list' | 'latest';
  /** The order of the records, over `RECORD`; equal ones are ordered by the table’s key. */
  readonly order: readonly OrderTerm[];
  readonly description: string;
  /** What one record is. */
  readonly grain: string;
  readonly columns: readonly DetailColumn[];
}

/** `basic` is at the top level and is stored in table `properties`, under the alias `p`. */
export interface BasicDetail {
  readonly title: string;
  readonly description: string;
  readonly columns: readonly DetailColumn[];
  /** The days that say when any of it was last updated. */
  readonly updateColumns: readonly string[];
}

export interface RecordDetail {
  readonly type: Exclude<DetailType, 'basic'>;
  readonly title: string;
  readonly description: string;
  readonly nodes: readonly DetailNode[];
}

/** The column that says when a record was last updated, as its source has it; every table of records has it. */
export const UPDATE_COLUMN = 'update_time';

/** The column with the day of the load that last changed the row; the tables of records and table `properties` have it. */
export const CHANGED_COLUMN = 'changed_on';

function structOf(fields: readonly DetailColumn[]): StructType {
  return { struct: Object.fromEntries(fields.map(({ name, type }) => [name, type])) };
}

/** The type of values with these parts, in the same shape as before. */
export function typeOfFields(shape: 'list' | 'struct', fields: readonly DetailColumn[]): ListType | StructType {
  return shape === 'list' ? { list: structOf(fields) } : structOf(fields);
}

export function isList(column: Pick<DetailColumn, 'type'>): boolean {
  return typeof column.type !== 'string' && 'list' in column.type;
}
