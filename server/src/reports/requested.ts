/** What compiled queries share: a request's rows for the engine, and the files that need not be opened. */
import type { DataFile } from '../core/ports/database/warehouse.ts';
import type { InputTable } from '../core/ports/engine.ts';
import type { Row } from '../core/rows.ts';

/** Rows passed to the engine at a time. */
export const BATCH_ROWS = 10_000;

/** A table of `count` rows that are made when they are passed on. */
export function inputTable(columns: InputTable['columns'], count: number, row: (index: number) => Row): InputTable {
  return {
    columns,
    batches: {
      *[Symbol.iterator](): Generator<readonly Row[], void, undefined> {
        for (let start = 0; start < count; start += BATCH_ROWS) {
          yield Array.from({ length: Math.min(BATCH_ROWS, count - start) }, (_, index) => row(start + index));
        }
      },
    },
  };
}

/** False if none of the ids can be in the file. */
export function holdsOneOf(file: Pick<DataFile, 'minPropertyId' | 'maxPropertyId'>, sortedIds: Float64Array): boolean {
  const nearest = firstAtLeast(sortedIds, file.minPropertyId);
  return nearest !== undefined && nearest <= file.maxPropertyId;
}

function firstAtLeast(sorted: Float64Array, least: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) < least) low = middle + 1;
    else high = middle;
  }
  return sorted[low];
}
