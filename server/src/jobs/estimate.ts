import type { Caller } from '../core/access.ts';
import type { DataVersion } from '../core/database.ts';
import { addDays } from '../core/dates.ts';
import { ConveyanceError } from '../core/errors.ts';
import type { OutputFormat, ReportSpec } from '../core/job.ts';
import { type Deps, EngineError, type Query, type ResultRow } from '../core/ports.ts';
import { encodePropertyIds } from '../core/property-ids.ts';
import { type QuotaPreview, quotaMonth } from '../core/quota.ts';
import { encodeRequestedIds } from '../core/report-request.ts';
import { REPORTS } from '../reports/catalogue.ts';
import { compileReport } from '../reports/compile.ts';
import { countQuery, csvHeaderBytes, widthQuery } from '../reports/measure.ts';
import { readRequest, requireProperties } from './check-request.ts';
import { estimateParquetBytes, estimateSeconds } from './estimate-model.ts';

export interface Estimate {
  readonly format: OutputFormat;
  /** Exact for the data version that is current. */
  readonly rows: number;
  /** Of the file, in each format. */
  readonly bytes: Readonly<Record<OutputFormat, number>>;
  /** From submission to the file. */
  readonly seconds: number;
  /** How many of the properties have no row in the range. */
  readonly withoutData: number;
  /** Distinct properties of the request. */
  readonly requested: number;
  readonly quota: QuotaPreview;
}

type Estimating = Pick<Deps, 'db' | 'webhooks' | 'engine' | 'clock'>;

const TIMEOUT_MS = 30_000;
const TIMEOUT_RETRY_SECONDS = 5;
/** Rows of one week tell how wide rows are; a longer stretch would only cost more reading. */
const SAMPLED_DAYS = 7;

/** An estimate holds no version: a load may let go of the files that it was about to read. */
async function read({ db, engine }: Estimating, { version }: DataVersion, query: Query): Promise<readonly ResultRow[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await engine.read(query, { signal });
  } catch (cause) {
    if (signal.aborted) {
      const message = 'The estimate took too long; try again, or ask for fewer properties or a shorter range';
      throw new ConveyanceError('unavailable', message, { retryAfterSeconds: TIMEOUT_RETRY_SECONDS, cause });
    }
    if (!(cause instanceof EngineError) || (await db.warehouse.current())?.version === version) throw cause;
    const message = 'The data was replaced while the estimate was made; send it again';
    throw new ConveyanceError('unavailable', message, { retryAfterSeconds: 1, cause });
  }
}

/** A week in the middle of the range on which there is data at all. */
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

interface Widths {
  readonly csv: number;
  readonly jsonl: number;
}

/** Mean bytes of a row, or null when these properties have none in the range. */
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

interface Size {
  readonly rows: number;
  readonly properties: number;
  readonly bytes: Readonly<Record<'csv' | 'jsonl', number>>;
}

/** Rows are counted, text is measured on a sample of the very rows that the job would write. */
async function measure(deps: Estimating, version: DataVersion, spec: ReportSpec, ids: Uint8Array): Promise<Size> {
  const query = compileReport(spec, version, ids);
  const header = csvHeaderBytes(query);
  const sampled = await read(deps, version, countQuery(query, REPORTS[spec.reportType]));
  const [first] = sampled;
  if (first === undefined) return { rows: 0, properties: 0, bytes: { csv: header, jsonl: 0 } };
  const sampledIds = sampled.map((row) => Number(row['property_id']));
  const rows = Number(first['rows']);
  const widths =
    (await measureWidths(deps, version, { ...spec, ...sampleDays(spec, version) }, sampledIds)) ??
    // None of them has data in that week. Each has some in the range.
    (await measureWidths(deps, version, spec, sampledIds.slice(0, 1)));
  return {
    rows,
    properties: Number(first['properties']),
    bytes: {
      csv: header + Math.round(rows * (widths?.csv ?? 0)),
      jsonl: Math.round(rows * (widths?.jsonl ?? 0)),
    },
  };
}

/** What a job of this request would come to. Makes nothing and costs nothing; throws what its creation would, but for the quota. */
export async function estimateJob(deps: Estimating, caller: Caller, body: unknown): Promise<Estimate> {
  const { db, clock } = deps;
  const { spec, propertyIds } = readRequest(deps, caller, body);
  const version = await requireProperties(deps, caller, { propertyIds });
  const [quota, recent, { rows, properties, bytes }] = await Promise.all([
    db.quota.preview(caller.accountId, quotaMonth(clock()), propertyIds),
    db.jobs.recentResults(caller.accountId, spec.reportType),
    measure(deps, version, spec, encodeRequestedIds({ propertyIds })),
  ]);
  return {
    format: spec.outputFormat,
    rows,
    bytes: { ...bytes, parquet: estimateParquetBytes(spec, { rows, properties }, recent) },
    seconds: estimateSeconds(spec, rows, recent),
    withoutData: propertyIds.size - properties,
    requested: propertyIds.size,
    quota,
  };
}
