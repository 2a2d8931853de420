/** What is being asked for, before it is. */
import type { Compression, OutputFormat, ReportJob, ReportRequest, ReportType } from '@conveyance/sdk';

/** Excel’s CSV is a format of its own to whoever opens the file. */
export const FORMATS = ['csv for excel', 'csv', 'jsonl', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

export interface Draft {
  readonly report: ReportType;
  readonly format: Format;
  readonly from: string;
  readonly to: string;
  readonly ids: readonly number[];
  /** In their place a saved list, by its name, or `@all`; null for ids. */
  readonly list: string | null;
  /** None for all of the report. */
  readonly columns: readonly string[];
  readonly compression: Compression;
  readonly name: string;
  readonly callback: string;
}

const FILE_FORMAT: Readonly<Record<Format, OutputFormat>> = {
  'csv for excel': 'csv',
  csv: 'csv',
  jsonl: 'jsonl',
  parquet: 'parquet',
};
/** Lines that a sheet of Excel has, the first being the names of the columns. */
export const MOST_EXCEL_ROWS = 1_048_575;

function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - months);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

/** Up to the last day with data. */
export function presets(lastDay: string): readonly (readonly [name: string, from: string])[] {
  return [
    ['1 month', monthsBefore(lastDay, 1)],
    ['3 months', monthsBefore(lastDay, 3)],
    ['12 months', monthsBefore(lastDay, 12)],
  ];
}

/** A pause in typing, after which the server is asked. */
export const TYPING_MS = 300;

export const EMPTY_DRAFT: Draft = {
  report: 'property',
  format: 'csv for excel',
  from: '',
  to: '',
  ids: [],
  list: null,
  columns: [],
  compression: 'none',
  name: '',
  callback: '',
};

/** It says which properties. */
export function hasProperties({ ids, list }: Pick<Draft, 'ids' | 'list'>): boolean {
  return ids.length > 0 || list !== null;
}

/** Of a job that is to be made again. */
export function draftOf(job: ReportJob): Draft {
  return {
    report: job.report_type,
    format: job.output_format === 'csv' && job.csv_profile === 'excel' ? 'csv for excel' : job.output_format,
    from: job.start_date,
    to: job.end_date,
    ids: job.property_ids,
    list: null,
    columns: job.columns ?? [],
    compression: job.compression,
    name: job.name ?? '',
    callback: job.callback_url ?? '',
  };
}

/** Parquet is compressed in itself, and Excel opens no compressed file. */
export function mayCompress(format: Format): boolean {
  return format === 'csv' || format === 'jsonl';
}

export function requestFrom(draft: Draft): ReportRequest {
  const { report, format, from, to, ids, list, columns, compression, name, callback } = draft;
  return {
    report_type: report,
    output_format: FILE_FORMAT[format],
    start_date: from,
    end_date: to,
    ...(list === null ? { property_ids: ids } : { property_list: list }),
    ...(format === 'csv for excel' && { csv_profile: 'excel' }),
    ...(columns.length > 0 && { columns }),
    ...(compression !== 'none' && mayCompress(format) && { compression }),
    ...(name.trim() !== '' && { name: name.trim() }),
    ...(callback.trim() !== '' && { callback_url: callback.trim() }),
  };
}
