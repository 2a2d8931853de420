/** Which columns the warehouse must store so that the reports can show theirs. */
import type { Column } from '../../core/columns.ts';
import { type Alias, type Bounds, type Report, type ReportColumn, SOURCES, type Source } from './report.ts';

/** `uuid5`: the UUID of the property's number · `changed-on`: the day (UTC) of the load that last changed another value of the row, or brought it. */
export type Computed = 'uuid5' | 'changed-on';

/** A column as a table holds it, with the values it can have. */
export interface StoredColumn extends Column, Bounds {
  /** The parts of a struct, or of the structs of a list; a load checks each. */
  readonly fields?: readonly StoredColumn[];
  /** A load fills the column. It is in no file. */
  readonly computed?: Computed;
  /** The column with whose persons the value goes when one of them is erased. */
  readonly about?: string;
}

function isAlias(report: Report, text: string): text is Alias {
  return Object.hasOwn(report.tables, text);
}

/** The stored column that the expression names, or null for one that computes. */
function plainReference(
  report: Report,
  column: ReportColumn,
): { readonly table: Source; readonly name: string } | null {
  const { expression } = column;
  if (expression.node !== 'column') return null;
  const table = isAlias(report, expression.of) ? report.tables[expression.of] : undefined;
  return table === undefined ? null : { table, name: expression.name };
}

/** The columns of the table that the reports show, by name. */
function shownColumns(reports: readonly Report[], table: Source): ReadonlyMap<string, StoredColumn> {
  const columns = new Map<string, StoredColumn>();
  for (const report of reports) {
    for (const column of report.columns) {
      const reference = plainReference(report, column);
      if (reference?.table !== table) continue;
      const { expression: _, ...declaration } = column;
      const stored = { ...declaration, name: reference.name };
      const known = columns.get(reference.name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(stored)) {
        throw new TypeError(
          `report ${report.type} declares ${table}.${reference.name} differently than another report`,
        );
      }
      columns.set(reference.name, stored);
    }
  }
  return columns;
}

/**
 * The columns of the table, its key first, each once.
 *
 * A key column that the reports show from another table (`units.unit_id` is shown as `unit_days.unit_id`) is declared as there.
 * Throws a `TypeError` if two reports declare one stored column differently or none shows a key column: such a build is wrong.
 */
export function storedColumns(reports: readonly Report[], table: Source): readonly StoredColumn[] {
  const shown = shownColumns(reports, table);
  const key: readonly string[] = SOURCES[table];
  const keyColumns = key.map((name) => shown.get(name) ?? keyColumnElsewhere(reports, name));
  return [...keyColumns, ...[...shown.values()].filter((column) => !key.includes(column.name))];
}

function keyColumnElsewhere(reports: readonly Report[], name: string): StoredColumn {
  for (const report of reports) {
    const column = shownColumns(reports, report.tables.d).get(name);
    if (column !== undefined) return column;
  }
  throw new TypeError(`no report shows the key column ${name}`);
}
