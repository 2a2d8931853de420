/**
 * What cannot be known before a job is run, from measurements: how far Parquet compresses, and how long it takes. The account's own
 * last results with the report correct both, so that its data and its machine count more than ours.
 */

import type { OutputFormat, ReportJob, ReportSpec, ReportType } from '../../core/job.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { REPORTS } from '../../reports/catalogue.ts';

/** Bytes of a Parquet file by its content. */
interface ParquetModel {
  /** Of an almost empty file: the footer describes every column. */
  readonly file: number;
  readonly property: number;
  readonly row: number;
  /** Dictionaries grow more and more slowly: with the root of the rows … */
  readonly rootOfRows: number;
  /** … and values that differ between properties with the root of both. */
  readonly rootOfRowsAndProperties: number;
}

/**
 * Fitted to 25 jobs of each report on demo data, from 1 property and 1 day to 120 properties and 365 days, by least squares of the
 * relative error. The largest errors were 12 % (property), 15 % (units) and 17 % (floorplans).
 */
const PARQUET_MODELS: Readonly<Record<ReportType, ParquetModel>> = {
  property: { file: 14_731, property: 150.9, row: 26.59, rootOfRows: 1009.6, rootOfRowsAndProperties: 87.82 },
  units: { file: 8_950, property: 202.7, row: 6.48, rootOfRows: 105.5, rootOfRowsAndProperties: 101.87 },
  floorplans: { file: 7_836, property: 165.1, row: 7.05, rootOfRows: 211.6, rootOfRowsAndProperties: 45.32 },
};

/** Rows written in a second, as measured on two cores that had other work too: of two guesses the longer time is the better one. */
const ROWS_PER_SECOND: Readonly<Record<ReportType, Readonly<Record<OutputFormat, number>>>> = {
  property: { csv: 30_000, jsonl: 18_000, parquet: 45_000 },
  units: { csv: 66_000, jsonl: 57_000, parquet: 170_000 },
  floorplans: { csv: 90_000, jsonl: 59_000, parquet: 250_000 },
};
/** Acceptance, the claim, planning and sealing. */
const FIXED_SECONDS = 0.2;

export interface Extent {
  readonly rows: number;
  /** Those with rows. */
  readonly properties: number;
}

/** For chosen columns by their number only: which of them compress well is not modelled. */
function modelledParquetBytes({ reportType, columns }: ReportSpec, { rows, properties }: Extent): number {
  const model = PARQUET_MODELS[reportType];
  const all =
    model.file +
    model.property * properties +
    model.row * rows +
    model.rootOfRows * Math.sqrt(rows) +
    model.rootOfRowsAndProperties * Math.sqrt(rows * properties);
  return columns === null ? all : (all * columns.length) / REPORTS[reportType].columns.length;
}

function modelledSeconds({ reportType, outputFormat }: Pick<ReportSpec, 'reportType' | 'outputFormat'>, rows: number) {
  return FIXED_SECONDS + rows / ROWS_PER_SECOND[reportType][outputFormat];
}

interface Comparison {
  readonly modelled: number;
  readonly actual: number;
}

/** By how much the model was wrong, weighting each result by its size; 1 if there are none. */
function correction(comparisons: readonly Comparison[]): number {
  const modelled = comparisons.reduce((sum, each) => sum + each.modelled, 0);
  const actual = comparisons.reduce((sum, each) => sum + each.actual, 0);
  return modelled === 0 ? 1 : actual / modelled;
}

/** @param recent the account's last succeeded jobs with the report, in any format. */
export function estimateParquetBytes(asked: ReportSpec, extent: Extent, recent: readonly ReportJob[]): number {
  const comparisons = recent.flatMap(({ spec, results: [result], propertyCount }) =>
    result === undefined || result.rows === 0 || spec.outputFormat !== 'parquet'
      ? []
      : [
          {
            modelled: modelledParquetBytes(spec, { rows: result.rows, properties: propertyCount }),
            actual: result.bytes,
          },
        ],
  );
  return Math.round(modelledParquetBytes(asked, extent) * correction(comparisons));
}

/** How long the last attempt worked. How long the job waited says nothing about the next one; if the two cannot be told apart, all of it counts. */
function workedSeconds({ startedAt, createdAt, finishedAt }: ReportJob): number | null {
  if (finishedAt === null) return null;
  if (startedAt === null) return (finishedAt.getTime() - createdAt.getTime()) / MS_PER_SECOND;
  return (finishedAt.getTime() - startedAt.getTime()) / MS_PER_SECOND;
}

/** From submission to the file if no other job is in the way. In tenths of a second. */
export function estimateSeconds(spec: ReportSpec, rows: number, recent: readonly ReportJob[]): number {
  const comparisons = recent.flatMap((job) => {
    const actual = workedSeconds(job);
    const [result] = job.results;
    if (result === undefined || actual === null || job.spec.outputFormat !== spec.outputFormat) return [];
    return [{ modelled: modelledSeconds(spec, result.rows), actual }];
  });
  return Math.max(1, Math.round(modelledSeconds(spec, rows) * correction(comparisons) * 10)) / 10;
}
