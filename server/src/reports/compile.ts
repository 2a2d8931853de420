/** From a job's frozen parameters to the engine's query. Pure: the same spec, version and ids give the same query. */
import { sqlType } from '../core/column-types.ts';
import { PropertyIdSet } from '../core/ids/property-ids.ts';
import type { ReportSpec, ReportType } from '../core/job.ts';
import type { DataFile, DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, InputTable, SourceTable } from '../core/ports/engine.ts';
import { REPORTS } from './catalogue.ts';
import { DAY_COLUMN, type Report, type ReportColumn, SOURCES, type Source } from './columns/report.ts';
import { storedColumns } from './columns/stored.ts';
import { holdsOneOf, inputTable } from './requested.ts';

/**
 * The query of a report over exactly one data version.
 *
 * A job must cost what it returns, not what the warehouse holds. Files without a requested id or day are left out here; inside a
 * file the engine skips row groups by the ranges of property and day, which it takes from parameters as from literals (checked
 * with EXPLAIN ANALYZE, and in the tests by spoiling what must stay unread).
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
  const joined = joinedAliases(report, columns);
  const sources = [report.tables.d, ...joined.map(([, source]) => source)];
  const tables = sources.map((source): [Source, SourceTable] => [
    source,
    {
      columns: storedColumns(Object.values(reports), source),
      files: (version.tables[source] ?? []).filter((file) => mayHold(file, ids, spec)).map((file) => file.key),
    },
  ]);
  return {
    tables: Object.fromEntries(tables),
    inputs: { requested: requestedTable(ids) },
    parameters: { start_date: spec.startDate, end_date: spec.endDate },
    census: censusSql(report),
    part: partSql(report, columns, joined),
    columns,
  };
}

/** The named columns in the given order, or all as declared. */
export function selectColumns(
  { columns }: Pick<Report, 'columns'>,
  names: readonly string[] | null,
): readonly ReportColumn[] {
  if (names === null) return columns;
  const byName = new Map(columns.map((column) => [column.name, column]));
  return names.map((name) => {
    const column = byName.get(name);
    if (column === undefined) throw new Error(`the report has no column ${name}`);
    return column;
  });
}

function mayHold(file: DataFile, sortedIds: Float64Array, { startDate, endDate }: ReportSpec): boolean {
  if (file.maxDate !== null && file.maxDate < startDate) return false;
  if (file.minDate !== null && file.minDate > endDate) return false;
  return holdsOneOf(file, sortedIds);
}

function requestedTable(ids: Float64Array): InputTable {
  return inputTable([{ name: 'property_id', type: 'id' }], ids.length, (index) => [ids[index] ?? 0]);
}

const ON_REQUESTED_DAYS = `d.${DAY_COLUMN} BETWEEN CAST($start_date AS DATE) AND CAST($end_date AS DATE)`;

function censusSql({ tables }: Report): string {
  return `SELECT d.property_id AS property_id, count(*) AS rows
FROM ${tables.d} AS d SEMI JOIN requested ON requested.property_id = d.property_id
WHERE ${ON_REQUESTED_DAYS}
GROUP BY d.property_id
ORDER BY d.property_id`;
}

const IN_PART = 'property_id BETWEEN $from_property_id AND $to_property_id';

/** The tables beside the day table that a chosen column reads: the others would be joined for nothing. */
function joinedAliases(
  { tables }: Pick<Report, 'tables'>,
  columns: readonly ReportColumn[],
): readonly (readonly [string, Source])[] {
  const { d: _day, ...others } = tables;
  return Object.entries(others).filter(([alias]) => {
    const reference = new RegExp(`\\b${alias}\\.`);
    return columns.some(({ expression }) => reference.test(expression));
  });
}

function partSql(
  { tables: { d: day } }: Report,
  columns: readonly ReportColumn[],
  joined: readonly (readonly [string, Source])[],
): string {
  const selected = columns.map((column) => `CAST(${column.expression} AS ${sqlType(column.type)}) AS "${column.name}"`);
  return [
    `WITH part AS (SELECT property_id FROM requested WHERE ${IN_PART})`,
    `SELECT\n  ${selected.join(',\n  ')}`,
    `FROM ${day} AS d SEMI JOIN part ON part.property_id = d.property_id`,
    ...joined.map(([alias, source]) => leftJoinSql(alias, source)),
    `WHERE d.${IN_PART} AND ${ON_REQUESTED_DAYS}`,
    `ORDER BY ${SOURCES[day].map((name) => `d.${name}`).join(', ')}`,
  ].join('\n');
}

/** Keeps every row of the day table. Range and semi-join change no result: they are what lets the engine skip row groups. */
function leftJoinSql(alias: string, source: Source): string {
  const onKey = SOURCES[source].map((name) => `${alias}.${name} = d.${name}`).join(' AND ');
  return `LEFT JOIN (
  SELECT s.* FROM ${source} AS s SEMI JOIN part ON part.property_id = s.property_id WHERE s.${IN_PART}
) AS ${alias} ON ${onKey}`;
}
