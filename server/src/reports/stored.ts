/** Which columns the warehouse must store so that the reports can show theirs. */
import type { Column } from '../core/columns.ts';
import type { Alias, Bounds, Report, ReportColumn, Source } from './report.ts';

export type StoredColumn = Column & Bounds;

const PLAIN_FORM = /^([a-z])\.([a-z][a-z0-9_]*)$/;

interface PlainReference {
  readonly table: Source;
  readonly name: string;
}

function isAlias(report: Report, text: string): text is Alias {
  return Object.hasOwn(report.tables, text);
}

/** The stored column that the expression names, or null for one that computes. */
export function plainReference(report: Report, column: ReportColumn): PlainReference | null {
  const [, alias = '', name = ''] = PLAIN_FORM.exec(column.expression) ?? [];
  const table = isAlias(report, alias) ? report.tables[alias] : undefined;
  return table === undefined ? null : { table, name };
}

/**
 * The columns of the table that the reports show, in their order, each once.
 * Throws a `TypeError` when two reports declare one stored column differently: a build that cannot be right.
 */
export function storedColumns(reports: readonly Report[], table: Source): readonly StoredColumn[] {
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
  return [...columns.values()];
}
