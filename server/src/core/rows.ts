/** Rows on their way into the engine and out of it. */

export type Value = string | number | bigint | boolean | null | readonly Value[] | { readonly [field: string]: Value };
/** Values in the order of the declared columns. */
export type Row = readonly Value[];
/** Rows by column name, as plain values: int64 as number (bigint beyond 2^53), dates as `YYYY-MM-DD`, instants as RFC 3339. */
export type ResultRow = Readonly<Record<string, Value>>;

/** The items of a value that is a list; none of another, or of none. */
export function listOf(value: Value | undefined): readonly Value[] {
  const items: readonly Value[] | null = Array.isArray(value) ? value : null;
  return items ?? [];
}

/** Null for whatever is no text. */
export function textOf(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
