/** How one column of a table or a report is declared. Everything said about a column elsewhere derives from this. */

/**
 * A logical type. Its spelling in SQL, JSON Schema, Parquet and the dictionary is in `column-types.ts` and nowhere else.
 *
 * `id` a positive 64-bit integer · `count` a 32-bit integer · `number` a double · `money` US dollars, rounded to cents ·
 * `fraction` a share, 0..1 where it is a share of a whole · `text` · `boolean` · `date` a calendar day · `instant` a moment in UTC.
 */
export type ScalarType = 'id' | 'count' | 'number' | 'money' | 'fraction' | 'text' | 'boolean' | 'date' | 'instant';
export type ColumnType = ScalarType | ListType | StructType;
export interface ListType {
  readonly list: ColumnType;
}
export interface StructType {
  readonly struct: Readonly<Record<string, ColumnType>>;
}

/** How closely a value points at a person: not at all, together with other data, or by itself. */
export const PII_CLASSES = ['none', 'indirect', 'direct'] as const;
export type PiiClass = (typeof PII_CLASSES)[number];

export interface Column {
  /** snake_case, the same in every format and every report. */
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** The unit of the number (`usd_per_month`, `sq_ft`, `days`), or null if the type says it all. */
  readonly unit: string | null;
  readonly pii: PiiClass;
  /** One sentence for the data dictionary. */
  readonly description: string;
  /** The dictionary version that brought the column. */
  readonly since: string;
}
