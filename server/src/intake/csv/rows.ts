/** Rows of a customer's CSV file. */
import { isUtf8 } from 'node:buffer';
import { ConveyanceError } from '../../core/errors.ts';
import {
  type FileSource,
  MAX_UPLOADED_ROWS,
  type RowLimits,
  type SourceRow,
  type SourceRows,
} from '../../core/ports/intake.ts';
import { ByteWindow, openSource } from '../bytes/byte-window.ts';
import { detectDialect } from './dialect.ts';
import { type CellSpan, type RawRecord, RecordScanner } from './record-scanner.ts';

/** With its quotes as in the file if they do not follow RFC 4180. */
function cellText(bytes: Buffer, { start, end, form }: CellSpan, encoding: 'utf8' | 'latin1'): string {
  const text = bytes.toString(encoding, start, end);
  return form === 'doubled' ? text.replaceAll('""', '"') : text;
}

function texts({ bytes, cells }: RawRecord): readonly string[] {
  return cells.map((cell) => cellText(bytes, cell, 'utf8'));
}

/** One character per byte in between: the bytes come out as they went in. */
function rawCells({ bytes, cells }: RawRecord): readonly Uint8Array[] {
  return cells.map((cell) => Buffer.from(cellText(bytes, cell, 'latin1'), 'latin1'));
}

function isBlank({ cells }: RawRecord): boolean {
  const [only] = cells;
  return cells.length === 1 && only?.form === 'plain' && only.start === only.end;
}

function toRow(record: RawRecord, width: number): SourceRow {
  const { line, cells } = record;
  if (!isUtf8(record.bytes)) return { line, fault: 'not_utf8', cells: rawCells(record) };
  if (width > 1 && isBlank(record)) return { line, fault: 'blank', cells: [] };
  const isBroken = cells.some(({ form }) => form === 'broken');
  const fault = cells.length !== width ? 'ragged' : isBroken ? 'quotes' : null;
  return { line, fault, cells: texts(record) };
}

function toHeader(record: RawRecord): readonly string[] {
  if (!isUtf8(record.bytes)) {
    throw new ConveyanceError('invalid_parameter', 'line 1: the header is not UTF-8; save the file as CSV in UTF-8');
  }
  return texts(record);
}

/** Records in lists, as the pieces of the file complete them. */
async function* recordBatches(
  window: ByteWindow,
  scanner: RecordScanner,
): AsyncGenerator<readonly RawRecord[], void, undefined> {
  do {
    const bytes = window.bytes.subarray(window.at);
    window.at = window.bytes.length;
    const records = [...scanner.push(bytes)];
    if (records.length > 0) yield records;
  } while (await window.fill());
  const last = [...scanner.end()];
  if (last.length > 0) yield last;
}

async function* rowBatches(
  window: ByteWindow,
  first: readonly RawRecord[],
  rest: AsyncIterable<readonly RawRecord[]>,
  width: number,
): AsyncGenerator<readonly SourceRow[], void, undefined> {
  let rows = 0;
  const toRows = (records: readonly RawRecord[]) => {
    rows += records.length;
    const over = records[records.length - 1 - (rows - MAX_UPLOADED_ROWS - 1)];
    if (rows > MAX_UPLOADED_ROWS) {
      throw new ConveyanceError(
        'invalid_parameter',
        `line ${over?.line}: the file has more than ${MAX_UPLOADED_ROWS} rows; split it`,
      );
    }
    return records.map((record) => toRow(record, width));
  };
  try {
    if (first.length > 0) yield toRows(first);
    for await (const records of rest) yield toRows(records);
  } finally {
    await window.close();
  }
}

/** `Intake.readRows`. */
export async function readRows(file: FileSource, limits?: RowLimits): Promise<SourceRows> {
  const window = new ByteWindow(openSource(file));
  try {
    const dialect = await detectDialect(window);
    const rest = recordBatches(window, new RecordScanner(dialect, limits));
    const { value } = await rest.next();
    const [header, ...first] = value ?? [];
    if (header === undefined) throw new Error('a file that is not empty has no record');
    const columns = toHeader(header);
    return {
      dialect,
      columns,
      batches: rowBatches(window, first, rest, columns.length),
      close: () => window.close(),
    };
  } catch (error) {
    await window.close();
    throw error;
  }
}
