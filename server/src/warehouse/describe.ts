/** What the warehouse holds, in figures: for the command line and for `doctor`. */
import type { Deps } from '../core/ports/deps.ts';
import { TABLES } from './tables.ts';

export interface TableFigures {
  readonly table: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Null in tables without days. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

export interface WarehouseFigures {
  readonly version: number;
  readonly committedAt: Date;
  readonly properties: number;
  /** By name; tables without rows are left out. */
  readonly tables: readonly TableFigures[];
}

function extreme(days: readonly (string | null)[], last: boolean): string | null {
  const sorted = days.filter((day) => day !== null).sort();
  return sorted.at(last ? -1 : 0) ?? null;
}

/** Null before the first load. */
export async function describeWarehouse({ db }: Pick<Deps, 'db'>): Promise<WarehouseFigures | null> {
  const current = await db.warehouse.current();
  if (current === null) return null;
  const tables = Object.entries(current.tables)
    // The match index is made by loads and not loaded itself.
    .filter(([table, files]) => table in TABLES && files.length > 0)
    .map(([table, files]) => ({
      table,
      files: files.length,
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      firstDay: extreme(
        files.map(({ minDate }) => minDate),
        false,
      ),
      lastDay: extreme(
        files.map(({ maxDate }) => maxDate),
        true,
      ),
    }))
    .sort((left, right) => (left.table < right.table ? -1 : 1));
  const { size } = await db.warehouse.propertyIds(current.version);
  return { version: current.version, committedAt: current.committedAt, properties: size, tables };
}
