/** From a job's frozen parameters to the rows that it exports. Pure: the same spec, version and ids give the same plan. */
import { toDayNumber } from '../core/dates.ts';
import { PropertyIdSet } from '../core/ids/property-ids.ts';
import type { ReportSpec, ReportType } from '../core/job.ts';
import { column, columnsRead, compared, type Expression, parameter } from '../core/plan/expression.ts';
import type { Bound, Join } from '../core/plan/rows.ts';
import type { DataFile, DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, SourceTable } from '../core/ports/engine.ts';
import { REPORTS } from './catalogue.ts';
import { DAY_COLUMN, type Report, type ReportColumn, SOURCES, type Source } from './columns/report.ts';
import { storedColumns } from './columns/stored.ts';
import { idTable } from './granted.ts';
import { holdsOneOf } from './requested.ts';

/**
 * The rows of a report over exactly one data version.
 *
 * A job must cost what it returns, not what the warehouse holds. Files without a requested id or day are left out here; inside a
 * file an engine skips row groups by the ranges of property and day (tested on a real engine by corrupting what must stay unread).
 */
export function compileReport(
  spec: ReportSpec,
  version: DataVersion,
  propertyIds: Uint8Array,
  reports: Readonly<Record<ReportType, Report>> = REPORTS,
): ExportPlan {
  const report = reports[spec.reportType];
  const ids = Float64Array.from(PropertyIdSet.decode(propertyIds));
  const columns = selectColumns(report, spec.columns);
  const joins = joinsFor(report, columns);
  const sources = [report.tables.d, ...joins.map(({ table }) => table)];
  const tables = sources.map((source): [Source, SourceTable] => [
    source,
    {
      columns: storedColumns(Object.values(reports), source),
      files: (version.tables[source] ?? []).filter((file) => mayHold(file, ids, spec)),
    },
  ]);
  return {
    tables: Object.fromEntries(tables),
    inputs: { requested: idTable(ids) },
    parameters: { start_date: spec.startDate, end_date: spec.endDate },
    rows: {
      requested: { input: 'requested', order: 'by-property', inFiles: false },
      table: report.tables.d,
      as: 'd',
      rowsPerProperty: 'many',
      bound: boundOf(report, ids, spec),
      joins,
      where: ON_REQUESTED_DAYS,
      order: SOURCES[report.tables.d],
      columns: columns.map(({ name, type, expression }) => ({ name, type, value: expression })),
    },
    columns,
  };
}

/** The named columns in the given order, or all as declared. */
export function selectColumns(
  { columns }: Pick<Report, 'columns'>,
  names: readonly string[] | null,
): readonly ReportColumn[] {
  if (names === null) return columns;
  const byName = new Map(columns.map((each) => [each.name, each]));
  return names.map((name) => {
    const named = byName.get(name);
    if (named === undefined) throw new Error(`the report has no column ${name}`);
    return named;
  });
}

function mayHold(file: DataFile, sortedIds: Float64Array, { startDate, endDate }: ReportSpec): boolean {
  if (file.maxDate !== null && file.maxDate < startDate) return false;
  if (file.minDate !== null && file.minDate > endDate) return false;
  return holdsOneOf(file, sortedIds);
}

/** Where a row is told by its property and its day, there are no more rows than there are days of properties. */
function boundOf({ tables }: Report, sortedIds: Float64Array, { startDate, endDate }: ReportSpec): Bound | null {
  const [from, to] = [sortedIds[0], sortedIds.at(-1)];
  const isOneADay = SOURCES[tables.d].every((name) => name === 'property_id' || name === DAY_COLUMN);
  if (!isOneADay || from === undefined || to === undefined) return null;
  const days = toDayNumber(endDate) - toDayNumber(startDate) + 1;
  return { places: { from, to }, mostRows: sortedIds.length * days };
}

const DAY = column('d', DAY_COLUMN);
const ON_REQUESTED_DAYS: readonly Expression[] = [
  compared(DAY, '>=', parameter('start_date', 'date')),
  compared(DAY, '<=', parameter('end_date', 'date')),
];

/** The tables besides the day table that a chosen column reads: the others would be joined for nothing. */
function joinsFor(
  { tables }: Pick<Report, 'tables'>,
  columns: readonly ReportColumn[],
): readonly (Join & { readonly table: Source })[] {
  const { d: _day, ...others } = tables;
  const shown = columns.map(({ expression }) => expression);
  return Object.entries(others)
    .filter(([as]) => columnsRead(as, shown).size > 0)
    .map(([as, table]) => ({ kind: 'same-key', table, as, key: SOURCES[table] }));
}
