/** Checked rows without what persons have had erased. */
import type { ErasedList } from '../../core/ports/database/erasures.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { sieveRows } from '../erase/erase-files.ts';
import type { Table } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import type { MappedFile } from './column-mapping.ts';
import { groupByTable, placeOrder, STAGING } from './staged-table.ts';

/** Where the checked rows of a table are: all of them, and without what was erased. */
export interface StagedPaths {
  readonly sound: (table: Table) => string;
  readonly clean: (table: Table) => string;
}

interface Sieved {
  readonly files: readonly MappedFile[];
  readonly erased: ErasedList;
  readonly watch: Watch;
}

/** What persons have had erased is taken out of the sound rows: where they are then, and in how many rows it was. */
export async function sieved(
  deps: Pick<Deps, 'engine' | 'erasureSigner'>,
  { files, erased: list, watch }: Sieved,
  { sound, clean }: StagedPaths,
) {
  const cleaned = new Set<Table>();
  let erased = 0;
  for (const { table, columns, deletes } of list.values.length === 0 ? [] : groupByTable(files)) {
    const target = { path: clean(table), order: placeOrder(table), form: STAGING };
    const rows = { table, columns, others: deletes ? [DELETED] : [], path: sound(table) };
    const found = await sieveRows(deps, list, rows, target, { signal: watch.signal });
    if (found > 0) cleaned.add(table);
    erased += found;
  }
  return { erased, soundPath: (table: Table) => (cleaned.has(table) ? clean : sound)(table) };
}
