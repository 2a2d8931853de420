/** What the demo exports, and the proof that the files hold it. */
import { dirname } from 'node:path';
import { IntegrityError, type ReportRequest } from '@conveyance/sdk';
import { addDays } from '../../../core/dates.ts';
import type { OutputFormat, ReportType } from '../../../core/job.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import { exactPath } from '../../../warehouse/sql.ts';

export interface DemoExport {
  readonly report: ReportType;
  readonly format: OutputFormat;
  /** Up to the last day of the data. */
  readonly days: number;
}

/** Each report once and each format once. The units of a whole year would take most of the demo's time. */
export const DEMO_EXPORTS: readonly DemoExport[] = [
  { report: 'property', format: 'parquet', days: 365 },
  { report: 'units', format: 'csv', days: 31 },
  { report: 'floorplans', format: 'jsonl', days: 92 },
];

export function demoFileName({ report, format }: DemoExport): string {
  return `${report}.${format}`;
}

export function demoRequest(
  { report, format, days }: DemoExport,
  lastDay: string,
  ids: readonly number[],
): ReportRequest {
  return {
    report_type: report,
    output_format: format,
    start_date: addDays(lastDay, 1 - days),
    end_date: lastDay,
    property_ids: ids,
  };
}

const READERS = {
  csv: 'read_csv($path, header = true, all_varchar = true)',
  jsonl: "read_json($path, format = 'newline_delimited')",
  parquet: 'read_parquet($path)',
} as const satisfies Record<OutputFormat, string>;

/** Counts the rows by reading a column that is never empty: the footer of a Parquet file would prove nothing. */
async function countRows(
  { engine }: Pick<Deps, 'engine'>,
  { path, format }: { readonly path: string; readonly format: OutputFormat },
  signal: AbortSignal,
): Promise<number> {
  const sql = `SELECT count(report_generation_date) AS rows FROM ${READERS[format]}`;
  const steps = [{ sql, parameters: { path: exactPath(path) } }];
  const [rows] = await engine.run(
    { tables: {}, inputs: {}, directories: [dirname(path)], steps },
    { lane: 'export' },
    { signal },
  );
  return Number(rows?.[0]?.['rows']);
}

/** Throws `IntegrityError` if the file has another number of rows than the manifest says. */
export async function verifyRows(
  deps: Pick<Deps, 'engine'>,
  file: { readonly path: string; readonly format: OutputFormat; readonly rows: number },
  signal: AbortSignal,
): Promise<void> {
  const counted = await countRows(deps, file, signal);
  if (counted === file.rows) return;
  throw new IntegrityError(`rows of ${file.path}`, { expected: String(file.rows), actual: String(counted) });
}
