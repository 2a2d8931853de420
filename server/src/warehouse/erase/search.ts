/** Where values of a person are in data versions: by table, column and file. */
import type { ErasedList } from '../../core/ports/database/erasures.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { TABLES, type Table, type TableName } from '../tables.ts';
import { findListed } from './erased-list.ts';
import {
  ERASED,
  erasedInput,
  holdsErased,
  keyHoldsErased,
  personalColumns,
  rowHoldsErased,
  STORED_FILE,
  WITH_ERASED,
} from './personal-sql.ts';

/** What a file holds of the values. */
export interface FoundInFile {
  readonly table: Table;
  readonly file: DataFile;
  /** Rows that hold one. */
  readonly rows: number;
  /** Of these, those that go because their key does. */
  readonly keyRows: number;
  /** By column, in how many rows. */
  readonly columns: Readonly<Record<string, number>>;
}

async function searchFile(
  { engine }: Pick<Deps, 'engine'>,
  table: Table,
  file: DataFile,
  values: readonly string[],
  watch: Watch,
): Promise<FoundInFile> {
  const columns = personalColumns(table);
  const counts = columns.map((column) => `count(*) FILTER (${holdsErased(column)})`);
  const [[row] = []] = await engine.run(
    {
      tables: { [STORED_FILE]: { columns: table.columns, files: [file] } },
      inputs: { [ERASED]: erasedInput(values) },
      directories: [],
      steps: [
        {
          sql: `SELECT count(*) FILTER (${rowHoldsErased(columns)}) AS rows, count(*) FILTER (${keyHoldsErased(table)}) AS key_rows,
            [${counts.join(', ')}] AS columns FROM ${STORED_FILE}, ${WITH_ERASED}`,
        },
      ],
    },
    { lane: 'load' },
    watch,
  );
  const found = row?.['columns'];
  const byColumn = columns.map(({ name }, index) => [name, Number(Array.isArray(found) ? found[index] : 0)] as const);
  return {
    table,
    file,
    rows: Number(row?.['rows'] ?? 0),
    keyRows: Number(row?.['key_rows'] ?? 0),
    columns: Object.fromEntries(byColumn.filter(([, rows]) => rows > 0)),
  };
}

/** The files of the versions that may hold a person's value, each once. */
function filesOf(versions: readonly Pick<DataVersion, 'tables'>[]): ReadonlyMap<string, readonly [Table, DataFile]> {
  const files = new Map<string, readonly [Table, DataFile]>();
  for (const table of Object.values(TABLES)) {
    if (personalColumns(table).length === 0) continue;
    for (const { tables } of versions) for (const file of tables[table.name] ?? []) files.set(file.key, [table, file]);
  }
  return files;
}

/** The values in the versions that are on the list, as they are compared, each once. */
export async function listedInVersions(
  deps: Pick<Deps, 'engine' | 'erasureSigner'>,
  list: ErasedList,
  versions: readonly Pick<DataVersion, 'tables'>[],
  watch: Watch,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const [table, file] of filesOf(versions).values()) {
    const tables = { [STORED_FILE]: { columns: table.columns, files: [file] } };
    const rows = { from: STORED_FILE, columns: personalColumns(table), tables, directories: [] };
    for (const value of await findListed(deps, list, rows, watch)) found.add(value);
  }
  return [...found];
}

/** Of all files of the versions, each read once, those that hold one of the values: by their keys. */
export async function searchVersions(
  deps: Pick<Deps, 'engine'>,
  versions: readonly Pick<DataVersion, 'tables'>[],
  values: readonly string[],
  { signal, onFile }: Watch & { readonly onFile?: (done: number, total: number) => void },
): Promise<ReadonlyMap<string, FoundInFile>> {
  const files = filesOf(versions);
  const found = new Map<string, FoundInFile>();
  let done = 0;
  for (const [key, [table, file]] of files) {
    const inFile = await searchFile(deps, table, file, values, { signal });
    if (inFile.rows > 0) found.set(key, inFile);
    onFile?.(++done, files.size);
  }
  return found;
}

export interface FoundInColumn {
  readonly table: TableName;
  readonly column: string;
  readonly rows: number;
}

/** What a version holds of what was found. */
export function foundIn(
  { tables }: Pick<DataVersion, 'tables'>,
  found: ReadonlyMap<string, FoundInFile>,
): readonly FoundInColumn[] {
  return Object.values(TABLES).flatMap((table) => {
    const sums = new Map<string, number>();
    for (const { key } of tables[table.name] ?? []) {
      for (const [column, rows] of Object.entries(found.get(key)?.columns ?? {})) {
        sums.set(column, (sums.get(column) ?? 0) + rows);
      }
    }
    return [...sums].map(([column, rows]) => ({ table: table.name, column, rows }));
  });
}
