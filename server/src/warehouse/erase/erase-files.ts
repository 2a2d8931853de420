/** Rows without the values of erased persons: in files of the warehouse, and in rows that are being loaded. */
import { utcDay } from '../../core/dates.ts';
import { toldNulls } from '../../core/plan/told-nulls.ts';
import type { ErasedList } from '../../core/ports/database/erasures.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { type ResultRow, textOf } from '../../core/rows.ts';
import { ROWS_PER_GROUP, slotOf } from '../layout.ts';
import { directoryOf } from '../source-files.ts';
import { quoteName, quoteNames, quoteText } from '../sql.ts';
import { WAREHOUSE_PREFIX } from '../sweep.ts';
import { TABLES, type Table } from '../tables.ts';
import { findListed } from './erased-list.ts';
import {
  ERASED,
  erasedColumns,
  erasedInput,
  keyHoldsErased,
  personalColumns,
  rowHoldsErased,
  STORED_FILE,
  WITH_ERASED,
} from './personal-sql.ts';

type Erasing = Pick<Deps, 'engine' | 'store' | 'ids' | 'clock'>;

function factsOf(row: ResultRow | undefined): Omit<DataFile, 'key' | 'bytes' | 'sha256'> {
  return {
    rows: Number(row?.['rows']),
    minPropertyId: Number(row?.['lowest']),
    maxPropertyId: Number(row?.['highest']),
    minDate: textOf(row?.['first']),
    maxDate: textOf(row?.['last']),
    tellsNulls: true,
  };
}

/** The file without the values, sealed; nothing refers to it yet. Null if no row stays. */
export async function eraseFromFile(
  { engine, store, ids, clock }: Erasing,
  table: Table,
  file: DataFile,
  values: readonly string[],
  watch: Watch,
): Promise<DataFile | null> {
  const id = ids();
  const scratch = `load-${id}.parquet`;
  const day = table.dayColumn === null ? 'NULL' : quoteName(table.dayColumn);
  const names = table.columns.map(({ name }) => name);
  const order = ['property_id', ...table.key.filter((name) => name !== 'property_id')];
  try {
    const path = await store.scratch(scratch);
    const kept = erasedColumns(table, names, 'CAST($today AS DATE)');
    const rows = `SELECT ${kept.join(', ')} FROM ${STORED_FILE}, ${WITH_ERASED} WHERE NOT ${keyHoldsErased(table)}`;
    const [, [row] = []] = await engine.run(
      {
        tables: { [STORED_FILE]: { columns: table.columns, files: [file] } },
        inputs: { [ERASED]: erasedInput(values) },
        directories: [directoryOf(path)],
        steps: [
          {
            sql: `COPY (
              SELECT *${toldNulls(table.columns)} FROM (${rows}) ORDER BY ${quoteNames(order)}
            ) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROWS_PER_GROUP})`,
            parameters: { path, today: utcDay(clock()) },
          },
          {
            sql: `SELECT count(*) AS rows, min(property_id) AS lowest, max(property_id) AS highest, min(${day}) AS first, max(${day}) AS last
              FROM read_parquet($path)`,
            parameters: { path },
          },
        ],
      },
      { lane: 'load' },
      watch,
    );
    const facts = factsOf(row);
    if (facts.rows === 0) return null;
    const key = `${WAREHOUSE_PREFIX}${table.name}/${slotOf(file)}-${id}.parquet`;
    return { key, ...facts, ...(await store.put(key, path)) };
  } finally {
    await store.discard(scratch);
  }
}

/** The tables without values that are on the list. Files that `base` has are not asked: what is in it has been asked before. */
export async function withoutListed(
  deps: Erasing & Pick<Deps, 'erasureSigner'>,
  list: ErasedList,
  tables: DataVersion['tables'],
  base: Pick<DataVersion, 'tables'>,
  watch: Watch,
): Promise<DataVersion['tables']> {
  if (list.values.length === 0) return tables;
  const cleaned: Record<string, readonly DataFile[]> = { ...tables };
  for (const table of Object.values(TABLES)) {
    const columns = personalColumns(table);
    const known = new Set(base.tables[table.name]?.map(({ key }) => key));
    const files: DataFile[] = [];
    for (const file of tables[table.name] ?? []) {
      const rows = {
        from: STORED_FILE,
        columns,
        tables: { [STORED_FILE]: { columns: table.columns, files: [file] } },
        directories: [],
      };
      const values = known.has(file.key) ? [] : await findListed(deps, list, rows, watch);
      const stays = values.length === 0 ? file : await eraseFromFile(deps, table, file, values, watch);
      if (stays !== null) files.push(stays);
    }
    if (tables[table.name] !== undefined) cleaned[table.name] = files;
  }
  return cleaned;
}

/** Rows that are being loaded: columns of a table in a local Parquet file. */
export interface RowsAtHand {
  readonly table: Table;
  readonly columns: readonly string[];
  /** Columns of the file that the table has not. */
  readonly others: readonly string[];
  readonly path: string;
}

/**
 * Writes the rows without values that are on the list to the target, in the order that is given. How many rows were changed or left out; 0,
 * and nothing is written, if none of the values is there.
 */
export async function sieveRows(
  deps: Pick<Deps, 'engine' | 'erasureSigner'>,
  list: ErasedList,
  { table, columns: present, others, path }: RowsAtHand,
  { path: target, order, form }: { readonly path: string; readonly order: string; readonly form: string },
  watch: Watch,
): Promise<number> {
  const columns = personalColumns(table).filter(({ name }) => present.includes(name));
  const directories = [...new Set([directoryOf(path), directoryOf(target)])];
  const from = `read_parquet(${quoteText(path)})`;
  const values = await findListed(deps, list, { from, columns, tables: {}, directories }, watch);
  if (values.length === 0) return 0;
  const kept = [...erasedColumns(table, present, null), ...others.map(quoteName)];
  const held = table.columns.filter(({ name }) => present.includes(name));
  const [, [row] = []] = await deps.engine.run(
    {
      tables: {},
      inputs: { [ERASED]: erasedInput(values) },
      directories,
      steps: [
        {
          sql: `COPY (
            SELECT ${kept.join(', ')} FROM ${from}, ${WITH_ERASED} WHERE NOT ${keyHoldsErased({ ...table, columns: held })} ORDER BY ${order}
          ) TO $target (${form})`,
          parameters: { target },
        },
        { sql: `SELECT count(*) AS rows FROM ${from}, ${WITH_ERASED} WHERE ${rowHoldsErased(held)}` },
      ],
    },
    { lane: 'load' },
    watch,
  );
  return Number(row?.['rows'] ?? 0);
}
