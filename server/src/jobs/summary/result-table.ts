/** What is summarised of a job: its sealed files as one table, what is known of their columns, and which charts they may have. */
import { isScalar } from '../../core/column-types.ts';
import type { ColumnType } from '../../core/columns.ts';
import { toDayNumber } from '../../core/dates.ts';
import type { JobOf, ReportJob, ResultFile } from '../../core/job.ts';
import type { GroupedRows } from '../../core/plan/summary.ts';
import type { InputTable, SourceTable } from '../../core/ports/engine.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { type ChartSet, NO_CHARTS } from '../../reports/charts/chart.ts';
import { DETAIL_CHARTS } from '../../reports/charts/file-charts.ts';
import { REPORT_CHARTS } from '../../reports/charts/report-charts.ts';
import { selectColumns } from '../../reports/compile.ts';
import { detailColumns } from '../../reports/compile-details.ts';
import { SEARCH_COLUMNS } from '../../reports/compile-search.ts';
import type { Charted } from './figures.ts';
import type { ToldColumn } from './spreads.ts';

/** Under this name the files are asked about. */
export const RESULT: GroupedRows['table'] = 'result';

/** A column as the engine knows it, and as the file calls it. */
export interface ResultColumn extends ToldColumn {
  /** Differs where the names are a customer’s: those may be repeated, or empty. */
  readonly asked: string;
}

export interface ResultTable {
  /** Files of ours that the engine reads, or the rows of one that has a customer’s cells: such files it never reads. */
  readonly source: { readonly table: SourceTable } | { readonly input: () => InputTable };
  readonly columns: readonly ResultColumn[];
  readonly columnsLeftOut: number;
  readonly charts: ChartSet;
  readonly days: Charted['days'];
  readonly dayCount: number;
  /** The column whose UUIDs name properties that may be looked up; null where the file itself says what they are. */
  readonly uuid: string | null;
}

/** Read again from the cache, a result would only take the place of the warehouse’s files there. */
function sourceFiles(results: readonly ResultFile[]): SourceTable['files'] {
  return results.map(({ key, bytes, sha256 }) => ({ key, bytes, sha256, isReadOnce: true }));
}

function told(columns: readonly ToldColumn[], typeOf: (type: ColumnType) => ColumnType): readonly ResultColumn[] {
  return columns.map(({ name, type, unit }) => ({ name, type: typeOf(type), unit, asked: name }));
}

export function reportTable({ spec, results }: ReportJob): ResultTable {
  const { outputFormat: format, compression, startDate, endDate } = spec;
  const report = REPORTS[spec.reportType];
  // In CSV a nested value is a text.
  const typeOf = (type: ColumnType) => (format === 'csv' && !isScalar(type) ? 'text' : type);
  const columns = told(selectColumns(report, spec.columns), typeOf);
  return {
    source: {
      table: {
        columns,
        files: sourceFiles(results),
        ...(format !== 'parquet' && { form: { format, compression } }),
      },
    },
    columns,
    columnsLeftOut: 0,
    charts: REPORT_CHARTS[spec.reportType],
    days: { of: report.key.filter((name) => name !== report.dayColumn), day: report.dayColumn },
    dayCount: toDayNumber(endDate) - toDayNumber(startDate) + 1,
    uuid: null,
  };
}

/** Lines of JSON, which the engine has written. */
function linesTable(columns: readonly ToldColumn[], results: readonly ResultFile[], charts: ChartSet): ResultTable {
  const all = told(columns, (type) => type);
  const form = { format: 'jsonl', compression: 'none' } as const;
  const source = { table: { columns: all, files: sourceFiles(results), form } };
  return { source, columns: all, columnsLeftOut: 0, charts, days: null, dayCount: 0, uuid: null };
}

/** As the file has them: what was left out of it for its customer is not in it. */
export function detailsTable({ spec, results }: JobOf<'property-details'>): ResultTable {
  return linesTable(detailColumns(spec), results, DETAIL_CHARTS);
}

export function searchTable({ results }: JobOf<'search'>): ResultTable {
  return { ...linesTable(SEARCH_COLUMNS, results, NO_CHARTS), uuid: 'id' };
}
