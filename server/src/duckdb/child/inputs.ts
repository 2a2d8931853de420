import { type DuckDBAppender, DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api';
import { sqlType } from '../../core/column-types.ts';
import { identifier } from '../print/identifiers.ts';
import type { PackedBatch, PackedColumn, TableColumn } from '../protocol.ts';
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

/** A new table and its appender. Closing makes its rows readable. */
export class TableAppender {
  readonly #appender: DuckDBAppender;
  readonly #types: readonly DuckDBType[];
  readonly #fillers: readonly Fill[];

  private constructor(appender: DuckDBAppender, columns: readonly TableColumn[]) {
    this.#appender = appender;
    this.#types = columns.map((_, index) => appender.columnType(index));
    this.#fillers = columns.map((column, index) => filler(index, column));
  }

  static async create(session: Session, name: string, columns: readonly TableColumn[]): Promise<TableAppender> {
    const declared = columns.map((column) => `${identifier(column.name)} ${sqlType(column.type)}`);
    await session.execute(`CREATE OR REPLACE TABLE ${identifier(name)} (${declared.join(', ')})`);
    return new TableAppender(await session.connection.createAppender(name), columns);
  }

  append(batch: PackedBatch): void {
    const rows = batch[0]?.length ?? 0;
    for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
      const chunk = DuckDBDataChunk.create(this.#types, Math.min(ROWS_PER_CHUNK, rows - start));
      for (const [index, fill] of this.#fillers.entries()) fill(chunk, batch[index] ?? [], start);
      this.#appender.appendDataChunk(chunk);
    }
  }

  flush(): void {
    this.#appender.flushSync();
  }

  close(): void {
    this.#appender.closeSync();
  }
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
  const table = await TableAppender.create(session, name, columns);
  try {
    for (;;) {
      session.throwIfCancelled();
      const batch = await nextBatch();
      if (batch === null) break;
      table.append(batch);
    }
    table.flush();
  } finally {
    table.close();
  }
}
