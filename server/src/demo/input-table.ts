/** Typed rows for the engine, declared column by column. */
import type { ColumnType } from '../core/columns.ts';
import type { InputTable } from '../core/ports/engine.ts';
import type { Row, Value } from '../core/rows.ts';

/** Text that separates the items of a list; no item contains it. */
export const LIST_SEPARATOR = '|';
const ROWS_PER_BATCH = 4096;

export type InputColumns<Item> = Readonly<Record<string, readonly [type: ColumnType, value: (item: Item) => Value]>>;

/** The items are made again for each reading: a few batches are held at a time, never all of them. */
export function inputTable<Item>(columns: InputColumns<Item>, items: () => Iterable<Item>): InputTable {
  const entries = Object.entries(columns);
  const values = entries.map(([, [, value]]) => value);
  return {
    columns: entries.map(([name, [type]]) => ({ name, type })),
    batches: {
      *[Symbol.iterator]() {
        let batch: Row[] = [];
        for (const item of items()) {
          batch.push(values.map((value) => value(item)));
          if (batch.length < ROWS_PER_BATCH) continue;
          yield batch;
          batch = [];
        }
        if (batch.length > 0) yield batch;
      },
    },
  };
}
