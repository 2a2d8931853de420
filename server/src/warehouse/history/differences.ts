/** What changed from one data version to another: rows by table and day, and values by column. */
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Program, Watch } from '../../core/ports/engine.ts';
import { listOf, type ResultRow, textOf, type Value } from '../../core/rows.ts';
import { TABLES, type Table, type TableName } from '../tables.ts';

export interface DayDifference {
  /** Null in tables without days. */
  readonly day: string | null;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export interface RowDifference {
  readonly change: 'added' | 'removed' | 'changed';
  /** By key column, as text. */
  readonly key: Readonly<Record<string, string>>;
  /** Of a changed row; long values are cut. */
  readonly values: readonly {
    readonly column: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface TableDifference {
  readonly table: TableName;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  /** Values of changed rows. */
  readonly values: number;
  /** By column, in how many of the changed rows the value is another one. */
  readonly columns: Readonly<Record<string, number>>;
  readonly days: readonly DayDifference[];
  /** The first rows by key. */
  readonly rows: readonly RowDifference[];
}

/** A key is in one file of a version: what is in a file that both versions have is the same in both. */
export function filesOfOne(own: readonly DataFile[], other: readonly DataFile[]): readonly DataFile[] {
  const shared = new Set(other.map(({ key }) => key));
  return own.filter(({ key }) => !shared.has(key));
}

/** What a load brings, not what it computes. */
function valueColumns({ key, columns }: Table): readonly string[] {
  return columns.filter(({ name, computed }) => computed === undefined && !key.includes(name)).map(({ name }) => name);
}

function program(
  table: Table,
  sides: { before: readonly DataFile[]; after: readonly DataFile[] },
  limit: number,
): Program {
  const side = (files: readonly DataFile[]) => ({ columns: table.columns, files });
  const compared = {
    before: 'before',
    after: 'after',
    key: table.key,
    columns: valueColumns(table),
    day: table.dayColumn,
  };
  return {
    tables: { before: side(sides.before), after: side(sides.after) },
    inputs: {},
    directories: [],
    steps: [
      { question: { ask: 'differences', ...compared } },
      ...(limit > 0 ? [{ question: { ask: 'different-rows' as const, ...compared, limit } }] : []),
    ],
  };
}

function fieldOf(value: Value, name: string): string | null {
  const fields = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  return textOf(fields.get(name));
}

function rowOf({ key }: Table, row: ResultRow): RowDifference {
  const values = listOf(row['key']).map(String);
  const change = row['change'] === 'added' || row['change'] === 'removed' ? row['change'] : 'changed';
  return {
    change,
    key: Object.fromEntries(key.map((name, index) => [name, values[index] ?? ''])),
    values: listOf(row['values']).map((cell) => ({
      column: fieldOf(cell, 'column') ?? '',
      before: fieldOf(cell, 'before'),
      after: fieldOf(cell, 'after'),
    })),
  };
}

function read(table: Table, [days = [], rows = []]: readonly (readonly ResultRow[])[]): TableDifference {
  const sum = (name: string) => days.reduce((total, row) => total + Number(row[name]), 0);
  const columns = Object.fromEntries(
    valueColumns(table).map((name, index) => [
      name,
      days.reduce((total, row) => total + Number(listOf(row['values'])[index] ?? 0), 0),
    ]),
  );
  const changed = Object.entries(columns).filter(([, count]) => count > 0);
  return {
    table: table.name,
    added: sum('added'),
    removed: sum('removed'),
    changed: sum('changed'),
    values: changed.reduce((total, [, count]) => total + count, 0),
    columns: Object.fromEntries(changed),
    days: days.map((row) => ({
      day: textOf(row['day']),
      added: Number(row['added']),
      removed: Number(row['removed']),
      changed: Number(row['changed']),
    })),
    rows: rows.map((row) => rowOf(table, row)),
  };
}

/** Tables without a difference are left out. @param limit how many rows of a table are listed. */
export async function compareVersions(
  { engine }: Pick<Deps, 'engine'>,
  before: Pick<DataVersion, 'tables'>,
  after: Pick<DataVersion, 'tables'>,
  limit: number,
  watch: Watch,
): Promise<readonly TableDifference[]> {
  const differences: TableDifference[] = [];
  for (const table of Object.values(TABLES)) {
    const [old, fresh] = [before.tables[table.name] ?? [], after.tables[table.name] ?? []];
    const sides = { before: filesOfOne(old, fresh), after: filesOfOne(fresh, old) };
    if (sides.before.length + sides.after.length === 0) continue;
    const found = read(table, await engine.run(program(table, sides, limit), { lane: 'load' }, watch));
    if (found.added + found.removed + found.changed > 0) differences.push(found);
  }
  return differences;
}
