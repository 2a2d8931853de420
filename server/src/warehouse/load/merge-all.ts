/** The tables of a version with the rows of a load in them, and without those that it deletes. */
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { dependents, withoutRows } from '../rewrite/without-rows.ts';
import type { Table, TableName } from '../tables.ts';
import type { Checked } from './check.ts';
import type { MappedFile } from './column-mapping.ts';
import { mergeTable } from './merge.ts';
import type { NewNumbers } from './merged-rows.ts';
import { groupByTable } from './staged-table.ts';

export interface TableLoad {
  readonly table: TableName;
  /** Rows that are in the table now. */
  readonly loaded: number;
  /** Of the loaded rows, those that replaced a stored row of the same key. */
  readonly replaced: number;
  /** Of the replaced rows, those that were stored as they are. */
  readonly unchanged: number;
  /** Stored rows that loaded ones took away, and rows of properties that were deleted. */
  readonly deleted: number;
  /** The table's rows in the new version. */
  readonly rows: number;
}

export interface MergedTables {
  /** The files of the tables that were loaded, or lost rows. */
  readonly files: Readonly<Record<string, readonly DataFile[]>>;
  readonly tables: readonly TableLoad[];
}

type Merging = Pick<Deps, 'engine' | 'store' | 'ids' | 'clock'>;

interface Loaded {
  readonly files: readonly MappedFile[];
  readonly base: DataVersion | null;
  readonly soundPath: (table: Table) => string;
  readonly numbers: NewNumbers;
}

interface MergeWatch extends Watch {
  readonly onWriting: (done: number, total: number) => void;
}

function rowsOf(files: readonly DataFile[]): number {
  return files.reduce((sum, { rows }) => sum + rows, 0);
}

/** The rows of deleted properties leave every table, also those that nothing was loaded into. */
async function withoutProperties(
  deps: Merging,
  { files, tables }: MergedTables,
  base: DataVersion | null,
  deletedPropertyIds: readonly number[],
  watch: Watch,
): Promise<MergedTables> {
  if (deletedPropertyIds.length === 0) return { files, tables };
  const changed: Record<string, readonly DataFile[]> = { ...files };
  const lost = new Map<TableName, number>();
  for (const doomed of dependents({ tables: { ...base?.tables, ...files } }, Float64Array.from(deletedPropertyIds))) {
    const { name } = doomed.table;
    const before = files[name] ?? base?.tables[name] ?? [];
    const after = await withoutRows(deps, before, doomed, watch);
    const rows = rowsOf(before) - rowsOf(after);
    if (rows === 0) continue;
    // What this load has written for nothing.
    for (const { key } of files[name] ?? []) {
      const isNeeded = [...after, ...(base?.tables[name] ?? [])].some((file) => file.key === key);
      if (!isNeeded) await deps.store.delete(key);
    }
    changed[name] = after;
    lost.set(name, rows);
  }
  const counted = tables.map((each) => {
    const more = lost.get(each.table) ?? 0;
    return { ...each, deleted: each.deleted + more, rows: each.rows - more };
  });
  const others = [...lost].flatMap(([table, deleted]) =>
    files[table] === undefined
      ? [{ table, loaded: 0, replaced: 0, unchanged: 0, deleted, rows: rowsOf(changed[table] ?? []) }]
      : [],
  );
  return { files: changed, tables: [...counted, ...others] };
}

/** The new files are sealed; nothing refers to them yet. */
export async function mergeTables(
  deps: Merging,
  { files: read, base, soundPath, numbers }: Loaded,
  { deletedPropertyIds }: Pick<Checked, 'deletedPropertyIds'>,
  watch: MergeWatch,
): Promise<MergedTables> {
  const files: Record<string, readonly DataFile[]> = {};
  const tables: TableLoad[] = [];
  const staged = groupByTable(read);
  for (const { table, columns, deletes } of staged) {
    watch.onWriting(tables.length, staged.length);
    const sound = { table, columns, deletes, path: soundPath(table) };
    const merged = await mergeTable(deps, sound, numbers, base?.tables[table.name] ?? [], watch);
    files[table.name] = merged.files;
    const { loaded, replaced, unchanged, deleted } = merged;
    tables.push({ table: table.name, loaded, replaced, unchanged, deleted, rows: rowsOf(merged.files) });
  }
  return withoutProperties(deps, { files, tables }, base, deletedPropertyIds, watch);
}
