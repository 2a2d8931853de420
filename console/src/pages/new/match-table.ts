/** The beginning of a customer's file: its columns, a few rows, and which columns seem to say where a property is. */
import { findMatchColumns, type MatchColumns, readCsvHeader } from '@conveyance/sdk';

export interface MatchTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly found: MatchColumns;
}

/** No row may be longer. */
const FIRST_BYTES = 1_048_576;
const ROWS_SHOWN = 3;

/** Throws `CsvHeaderError` where the first line names no columns. */
export async function readMatchTable(file: Blob): Promise<MatchTable> {
  const beginning = new Uint8Array(await file.slice(0, FIRST_BYTES).arrayBuffer());
  const columns = readCsvHeader(beginning);
  const { parse } = await import('papaparse');
  const text = new TextDecoder().decode(beginning).replace(/^\uFEFF/, '');
  const { data } = parse<string[]>(text, { preview: ROWS_SHOWN + 1, skipEmptyLines: true });
  return { columns, rows: data.slice(1), found: findMatchColumns(columns) };
}
