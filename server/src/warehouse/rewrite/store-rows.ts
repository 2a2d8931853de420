/** Rows of stored tables become a new sealed file of a table. */
import { column, type Expression } from '../../core/plan/expression.ts';
import type { Join } from '../../core/plan/rows.ts';
import { STORED } from '../../core/plan/stored-question.ts';
import type { DataFile } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Parameters, Program, SourceTable, Watch } from '../../core/ports/engine.ts';
import { type ResultRow, textOf } from '../../core/rows.ts';
import { ROWS_PER_GROUP, slotOf } from '../layout.ts';
import { directoryOf } from '../source-files.ts';
import { WAREHOUSE_PREFIX } from '../sweep.ts';
import type { Table } from '../tables.ts';

export type Storing = Pick<Deps, 'engine' | 'store' | 'ids'>;

/** What becomes of a file: the plan knows its rows as `STORED`. */
export interface Rewriting {
  readonly table: Table;
  readonly file: DataFile;
  /** The rows that stay. */
  readonly where: readonly Expression[];
  readonly joins?: readonly Join[];
  /** Of columns that are not what they were. */
  readonly values?: Readonly<Record<string, Expression>>;
  /** Tables that are joined, beside the file's own. */
  readonly tables?: Program['tables'];
  readonly inputs: Program['inputs'];
  readonly parameters: Parameters;
}

const OWN = 'stored';

export function sourceOf({ columns }: Table, files: readonly DataFile[]): SourceTable {
  return { columns, files };
}

function program(
  { table, file, where, joins = [], values = {}, tables = {}, inputs, parameters }: Rewriting,
  path: string,
) {
  const order = table.key.filter((name) => name !== 'property_id');
  const columns = table.columns.map(({ name, type }) => ({ name, type, value: values[name] ?? column(STORED, name) }));
  const rows = {
    requested: null,
    table: OWN,
    as: STORED,
    rowsPerProperty: 'many',
    bound: null,
    joins,
    where,
    order,
    columns,
  } as const;
  const stored = { rows, day: table.dayColumn, path, rowsPerGroup: ROWS_PER_GROUP };
  return {
    tables: { ...tables, [OWN]: sourceOf(table, [file]) },
    inputs,
    directories: [directoryOf(path)],
    steps: [{ stored, parameters }],
  };
}

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

/** The file in its new form, sealed; nothing refers to it yet. Some row of it must stay. */
export async function rewriteFile(deps: Storing, rewriting: Rewriting, watch: Watch): Promise<DataFile> {
  const { engine, store, ids } = deps;
  const { table, file } = rewriting;
  const id = ids();
  const scratch = `load-${id}.parquet`;
  try {
    const path = await store.scratch(scratch);
    const [[row] = []] = await engine.run(program(rewriting, path), { lane: 'load' }, watch);
    const key = `${WAREHOUSE_PREFIX}${table.name}/${slotOf(file)}-${id}.parquet`;
    return { key, ...factsOf(row), ...(await store.put(key, path)) };
  } finally {
    await store.discard(scratch);
  }
}
