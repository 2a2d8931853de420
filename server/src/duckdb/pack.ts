import type { InputTable } from '../core/ports/engine.ts';
import type { ResultRow, Row } from '../core/rows.ts';
import type { PackedBatch, PackedColumn, PackedRows, TableColumn } from './protocol.ts';

/** Bounds one message: 65,536 ids are 512 KiB. Smaller messages make a million ids slower, larger ones only take memory. */
const MAX_ROWS_PER_MESSAGE = 65_536;

function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function packColumn({ type }: TableColumn, rows: readonly Row[], index: number): PackedColumn {
  if (type === 'id' && rows.every((row) => isInteger(row[index]))) {
    const ids = new BigInt64Array(rows.length);
    for (const [at, row] of rows.entries()) {
      const value = row[index];
      if (isInteger(value)) ids[at] = BigInt(value);
    }
    return ids;
  }
  return rows.map((row) => row[index] ?? null);
}

/** Rows by columns. */
export function packRows(columns: readonly TableColumn[], rows: readonly Row[]): PackedBatch {
  return columns.map((column, index) => packColumn(column, rows, index));
}

/** The batches of an input table by columns, cut to messages of bounded size. */
export async function* packedBatches({ columns, batches }: InputTable): AsyncGenerator<PackedBatch, void, undefined> {
  for await (const rows of batches) {
    for (let start = 0; start < rows.length; start += MAX_ROWS_PER_MESSAGE) {
      const slice = rows.slice(start, start + MAX_ROWS_PER_MESSAGE);
      yield packRows(columns, slice);
    }
  }
}

/** Columns by rows again. */
export function unpackBatch(batch: PackedBatch): readonly Row[] {
  return Array.from({ length: batch[0]?.length ?? 0 }, (_, row) => batch.map((values) => values[row] ?? null));
}

export function unpackRows({ names, columns }: PackedRows): readonly ResultRow[] {
  return Array.from({ length: columns[0]?.length ?? 0 }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, columns[column]?.[row] ?? null])),
  );
}
