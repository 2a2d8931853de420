import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { DataSession } from '../../core/ports/procedure.ts';
import type { Row } from '../../core/rows.ts';
import { packRows, unpackBatch } from '../pack.ts';
import type { PackedBatch } from '../protocol.ts';
import type { Cage } from './cage.ts';
import { TableAppender } from './inputs.ts';
import { plainValue } from './values.ts';

/** By columns first: row by row, the driver asks its library for the number of columns of each row. */
function rowsOf(chunk: DuckDBDataChunk): readonly Row[] {
  const columns = chunk.getColumns();
  return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((values) => plainValue(values[row] ?? null)));
}

async function* batches(
  { session }: Cage,
  nextBatch: () => Promise<PackedBatch | null>,
): AsyncGenerator<readonly Row[], void, undefined> {
  for (;;) {
    const batch = await nextBatch();
    // A cancelled order sees no more batches.
    session.throwIfCancelled();
    if (batch === null) return;
    yield unpackBatch(batch);
  }
}

/**
 * The cage as procedures see it: plain values, and nothing of the driver.
 *
 * @param nextBatch of the step's input, until null.
 */
export function dataSession(cage: Cage, nextBatch?: () => Promise<PackedBatch | null>): DataSession {
  const { session } = cage;
  return {
    async execute(sql) {
      await session.execute(sql);
    },
    async *read(sql) {
      for await (const chunk of cage.readBeside(sql)) yield rowsOf(chunk);
    },
    input() {
      if (nextBatch === undefined) throw new Error('the step has no input');
      return batches(cage, nextBatch);
    },
    async createTable(name, columns) {
      const table = await TableAppender.create(session, name, columns);
      return {
        append(rows) {
          session.throwIfCancelled();
          if (rows.length > 0) table.append(packRows(columns, rows));
        },
        close() {
          table.flush();
          table.close();
        },
      };
    },
  };
}
