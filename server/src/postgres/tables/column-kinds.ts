/** What a statement may write to a column. */
import type { ColumnType } from 'kysely';

/** Set by the database when a row is made. */
export type Stamp = ColumnType<Date, never, Date>;
/** Written as JSON text, read as what it says. */
export type Json<Value> = ColumnType<Value, string, string>;
/** Begins with the column's default. */
export type Changing<Value> = ColumnType<Value, never, Value>;
