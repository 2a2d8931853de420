import { DuckDBDataChunk } from '@duckdb/node-api';
import { sqlType } from '../core/column-types.ts';
import { identifier } from './identifiers.ts';
import type { PackedBatch, PackedColumn, TableColumn } from './protocol.ts';
import type { Session } from './session.ts';
import { converter } from './values.ts';

/** The engine's vector size: the most that one chunk can hold. */
const ROWS_PER_CHUNK = 2048;

type Fill = (chunk: DuckDBDataChunk, values: PackedColumn, start: number) => void;

function filler(index: number, { type }: TableColumn): Fill {
  const convert = converter(type);
  return (chunk, values, start) => {
    const vector = chunk.getColumnVector(index);
    const { rowCount } = chunk;
    if (values instanceof BigInt64Array) {
      for (let row = 0; row < rowCount; row++) vector.setItem(row, values[start + row] ?? null);
    } else {
      for (let row = 0; row < rowCount; row++) vector.setItem(row, convert(values[start + row] ?? null));
    }
    vector.flush();
  };
}

/**
 * Creates the table and appends the batches by chunks: a million ids take 0.5 s on a busy machine and 54 MB
 * at the peak, against 1.3 s and 575 MB as one bound list.
 */
export async function createInputTable(
  session: Session,
  name: string,
  columns: readonly TableColumn[],
  nextBatch: () => Promise<PackedBatch | null>,
): Promise<void> {
  const declared = columns.map((column) => `${identifier(column.name)} ${sqlType(column.type)}`);
  await session.execute(`CREATE TABLE ${identifier(name)} (${declared.join(', ')})`);
  const appender = await session.connection.createAppender(name);
  try {
    const types = columns.map((_, index) => appender.columnType(index));
    const fillers = columns.map((column, index) => filler(index, column));
    for (;;) {
      session.throwIfCancelled();
      const batch = await nextBatch();
      if (batch === null) break;
      const rows = batch[0]?.length ?? 0;
      for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
        const chunk = DuckDBDataChunk.create(types, Math.min(ROWS_PER_CHUNK, rows - start));
        for (const [index, fill] of fillers.entries()) fill(chunk, batch[index] ?? [], start);
        appender.appendDataChunk(chunk);
      }
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}
