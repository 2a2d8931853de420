/** What the demo exports, and the proof that the files hold it. */
import { createReadStream } from 'node:fs';
import { dirname } from 'node:path';
import { IntegrityError, type ReportRequest } from '@conveyance/sdk';
import { addDays } from '../../core/dates.ts';
import type { OutputFormat, ReportType } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { exactPath } from '../../warehouse/sql.ts';

export interface DemoExport {
  readonly report: ReportType;
  readonly format: OutputFormat;
  /** Up to the last day of the data. */
  readonly days: number;
}

/** Each report once and each format once. The units of a whole year would be most of the demo's time. */
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

const LINE_FEED = 0x0a;
const QUOTE = 0x22;

/** Records of a CSV file without its header: a line end within quotes is part of a value. */
export async function countCsvRows(path: string): Promise<number> {
  let records = 0;
  let quoted = false;
  for await (const chunk of createReadStream(path)) {
    for (const byte of chunk as Uint8Array) {
      if (byte === QUOTE) quoted = !quoted;
      else if (byte === LINE_FEED && !quoted) records++;
    }
  }
  return records - 1;
}

/** Lines of a JSONL file, each of which must be a JSON object. */
export async function countJsonRows(path: string): Promise<number> {
  let rows = 0;
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      JSON.parse(line);
      rows++;
    }
  }
  return rows;
}

/** Rows of a Parquet file, by reading a column that is never empty: the footer's figure would prove nothing. */
async function countParquetRows({ engine }: Pick<Deps, 'engine'>, path: string, signal: AbortSignal): Promise<number> {
  const sql = 'SELECT count(report_generation_date) AS rows FROM read_parquet($path)';
  const steps = [{ sql, parameters: { path: exactPath(path) } }];
  const [rows] = await engine.run({ tables: {}, inputs: {}, directories: [dirname(path)], steps }, { signal });
  return Number(rows?.[0]?.['rows']);
}

/** Counts the rows by reading the file. Throws `IntegrityError` when they are not as many as the manifest says. */
export async function verifyRows(
  deps: Pick<Deps, 'engine'>,
  { path, format, rows }: { readonly path: string; readonly format: OutputFormat; readonly rows: number },
  signal: AbortSignal,
): Promise<void> {
  const count = {
    csv: countCsvRows,
    jsonl: countJsonRows,
    parquet: (file: string) => countParquetRows(deps, file, signal),
  };
  const counted = await count[format](path);
  if (counted !== rows)
    throw new IntegrityError(`rows of ${path}`, { expected: String(rows), actual: String(counted) });
}
