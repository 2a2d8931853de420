import { type Caller, requirePermission } from '../../core/access.ts';
import { addDays, toDayNumber } from '../../core/dates.ts';
import { encodePropertyIdSet, encodePropertyIds } from '../../core/ids/property-ids.ts';
import type { Estimate, ReportRequest, ReportSpec } from '../../core/job.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { type Ask, askRows, type Query } from '../../core/ports/engine.ts';
import { quotaMonth } from '../../core/quota.ts';
import type { ResultRow } from '../../core/rows.ts';
import type { TimeLimit } from '../../core/turns/time-limit.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { compileReport, selectColumns } from '../../reports/compile.ts';
import { countQuery, csvHeaderBytes, SAMPLED_PROPERTIES, widthQuery } from '../../reports/measure.ts';
import { readVersion } from '../../warehouse/on-current-data.ts';
import { selectWithin } from '../create/select-properties.ts';
import { estimateParquetBytes, estimateSeconds } from './model.ts';
import { type FileCounts, Tally, type Widths } from './row-counts.ts';
import type { RowStatistics } from './row-statistics.ts';

type Needs = Pick<Deps, 'db' | 'clock'> & {
  readonly statistics: Pick<RowStatistics, 'of'>;
};

/** In the account's turn. */
type Estimating = Needs & { readonly ask: Ask };

const LIMIT: TimeLimit = {
  ms: 30_000,
  tooLong: 'The estimate took too long; try again, or ask for fewer properties or a shorter range',
};
/** Rows of one week tell how wide rows are; a longer period would only cost more reading. */
const SAMPLED_DAYS = 7;

function read({ db, ask }: Estimating, version: DataVersion, query: Query): Promise<readonly ResultRow[]> {
  return readVersion({ db }, version, () => askRows(ask, query, LIMIT));
}

/** A week in the middle of the range, on which there is data. */
function sampleDays(spec: ReportSpec, version: DataVersion): Pick<ReportSpec, 'startDate' | 'endDate'> {
  const { startDate, endDate } = spec;
  const days = (version.tables[REPORTS[spec.reportType].tables.d] ?? [])
    .map(({ minDate, maxDate }) => ({ first: minDate ?? startDate, last: maxDate ?? endDate }))
    .filter(({ first, last }) => first <= endDate && last >= startDate)
    .sort((left, right) => (left.first < right.first ? -1 : 1));
  const { first, last } = days[Math.floor(days.length / 2)] ?? { first: startDate, last: endDate };
  const [end = endDate] = [last, endDate].sort();
  const start = [addDays(end, 1 - SAMPLED_DAYS), first, startDate].sort().at(-1);
  return { startDate: start ?? startDate, endDate: end };
}

/** Mean bytes of a row, or null if these properties have none in the range. */
async function measureWidths(
  deps: Estimating,
  version: DataVersion,
  spec: ReportSpec,
  ids: readonly number[],
): Promise<Widths | null> {
  const query = compileReport(spec, version, encodePropertyIds(ids, ids.length));
  const [row] = await read(deps, version, widthQuery(query, { from: ids[0] ?? 0, to: ids.at(-1) ?? 0 }));
  return Number(row?.['rows'] ?? 0) === 0 ? null : { csv: Number(row?.['csv']), jsonl: Number(row?.['jsonl']) };
}

/** Of the first week with data in the middle of the range, else of one property over the whole range: each of them has some there. */
async function widthsOf(deps: Estimating, version: DataVersion, spec: ReportSpec, ids: readonly number[]) {
  return (
    (await measureWidths(deps, version, { ...spec, ...sampleDays(spec, version) }, ids)) ??
    (await measureWidths(deps, version, spec, ids.slice(0, 1)))
  );
}

interface Size {
  readonly rows: number;
  readonly properties: number;
  readonly bytes: Readonly<Record<'csv' | 'jsonl', number>>;
}

function sizeOf(spec: ReportSpec, { rows, properties }: Omit<Size, 'bytes'>, widths: Widths | null): Size {
  const header = csvHeaderBytes({ columns: selectColumns(REPORTS[spec.reportType], spec.columns) });
  const csv = header + Math.round(rows * (widths?.csv ?? 0));
  return { rows, properties, bytes: { csv, jsonl: Math.round(rows * (widths?.jsonl ?? 0)) } };
}

/** Rows are counted; text is measured on a sample of exactly the rows that the job would write. */
async function measure(deps: Estimating, version: DataVersion, spec: ReportSpec, ids: Uint8Array): Promise<Size> {
  const query = compileReport(spec, version, ids);
  const sampled = await read(deps, version, countQuery(query));
  const [first] = sampled;
  if (first === undefined) return sizeOf(spec, { rows: 0, properties: 0 }, null);
  const counted = { rows: Number(first['rows']), properties: Number(first['places']) };
  const sampledIds = sampled.map((row) => Number(row['place']));
  return sizeOf(spec, counted, await widthsOf(deps, version, spec, sampledIds));
}

/** Rows and, as far as they were measured before, their widths are looked up: nothing is read if that is enough. */
async function recall(
  deps: Estimating,
  version: DataVersion,
  spec: ReportSpec,
  known: readonly FileCounts[],
  propertyIds: ReadonlySet<number>,
): Promise<Size> {
  const days = { first: toDayNumber(spec.startDate), last: toDayNumber(spec.endDate) };
  const tally = new Tally(Float64Array.from(propertyIds).sort(), days);
  for (const file of known) file.count(tally);
  const found = tally.found();
  const counted = { rows: tally.rows, properties: found.length };
  if (tally.rows === 0) return sizeOf(spec, counted, null);
  const { measuredRows, csvBytes, jsonlBytes } = tally;
  // The known widths are those of all columns.
  const isKnown = spec.columns === null && measuredRows > 0;
  if (isKnown && (measuredRows * 2 >= tally.rows || tally.measuredProperties() >= SAMPLED_PROPERTIES)) {
    return sizeOf(spec, counted, { csv: csvBytes / measuredRows, jsonl: jsonlBytes / measuredRows });
  }
  const every = Math.ceil(found.length / SAMPLED_PROPERTIES);
  const sampledIds = [...found.filter((_, at) => at % every === 0)];
  return sizeOf(spec, counted, await widthsOf(deps, version, spec, sampledIds));
}

async function estimate(deps: Estimating, caller: Caller, request: ReportRequest): Promise<Estimate> {
  const { db, clock } = deps;
  const { spec } = request;
  const { version, propertyIds, warnings } = await selectWithin(deps, caller, request, deps.ask);
  const known = deps.statistics.of(spec.reportType, version);
  const [quota, recent, { rows, properties, bytes }] = await Promise.all([
    db.quota.preview(caller.accountId, quotaMonth(clock()), propertyIds),
    db.jobs.recentResults(caller.accountId, spec.reportType),
    known === null
      ? measure(deps, version, spec, encodePropertyIdSet(propertyIds))
      : recall(deps, version, spec, known, propertyIds),
  ]);
  return {
    format: spec.outputFormat,
    rows,
    bytes: { ...bytes, parquet: estimateParquetBytes(spec, { rows, properties }, recent) },
    seconds: estimateSeconds(spec, rows, recent),
    withoutData: propertyIds.size - properties,
    requested: propertyIds.size,
    quota,
    warnings: [...(request.warnings ?? []), ...warnings],
  };
}

/** What a job of this request would take. Makes no job and costs nothing; throws what its creation would, except for the quota. */
export async function estimateJob(
  deps: Needs & Pick<Deps, 'engine'>,
  caller: Caller,
  request: ReportRequest,
): Promise<Estimate> {
  requirePermission(caller, 'create jobs');
  return deps.engine.lookUp({ accountId: caller.accountId, size: 'small' }, (ask) =>
    estimate({ ...deps, ask }, caller, request),
  );
}
