/** What the warehouse holds: rows, properties, days and personal data of each table. */
import type { PiiClass } from '../../core/columns.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Program, ProgramStep, Watch } from '../../core/ports/engine.ts';
import { listOf, type ResultRow } from '../../core/rows.ts';
import { TABLES, type Table, type TableName } from '../tables.ts';
import { type DayRun, missingRuns } from './days.ts';

export interface PiiColumn {
  readonly column: string;
  readonly pii: Exclude<PiiClass, 'none'>;
  /** That have a value in it. */
  readonly rows: number;
}

export interface TableCoverage {
  readonly table: TableName;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly properties: number;
  /** Null in tables without days. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  /** Days between the first and the last on which no property has a row. */
  readonly missingDays: readonly DayRun[];
  /** Properties of `properties` that have no row here: how many, and the first ids. Null for `properties` itself. */
  readonly absent: { readonly properties: number; readonly ids: readonly number[] } | null;
  /** Columns with personal data that have a value in some row. */
  readonly piiColumns: readonly PiiColumn[];
}

export interface WarehouseCoverage {
  readonly version: number;
  readonly committedAt: Date;
  readonly properties: number;
  /** In the order of their declaration; tables without rows are left out. */
  readonly tables: readonly TableCoverage[];
}

const ABSENT_NAMED = 20;
const { name: OF_ALL } = TABLES.properties;

function personalColumns({ columns }: Table) {
  return columns.flatMap(({ name, pii }) => (pii === 'none' ? [] : [{ name, pii }]));
}

function program({ tables }: DataVersion, table: Table): Program {
  const { name, dayColumn, columns } = table;
  const key = columns.filter((column) => column.name === 'property_id');
  const files = (each: TableName) => tables[each] ?? [];
  const steps: ProgramStep[] = [
    {
      question: {
        ask: 'coverage',
        table: name,
        day: dayColumn,
        columns: personalColumns(table).map((column) => column.name),
      },
    },
  ];
  if (name !== OF_ALL) {
    steps.push({ question: { ask: 'absent', table: OF_ALL, other: name, limit: ABSENT_NAMED } });
  }
  return {
    tables: { [OF_ALL]: { columns: key, files: files(OF_ALL) }, [name]: { columns, files: files(name) } },
    inputs: {},
    directories: [],
    steps,
  };
}

function read(table: Table, version: DataVersion, answers: readonly (readonly ResultRow[])[]): TableCoverage {
  const [row, absent] = [answers[0]?.[0], answers[1]?.[0]];
  const files = version.tables[table.name] ?? [];
  const days = listOf(row?.['days']).map(String);
  const known = listOf(row?.['known']).map(Number);
  return {
    table: table.name,
    files: files.length,
    rows: Number(row?.['rows'] ?? 0),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    properties: Number(row?.['properties'] ?? 0),
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    missingDays: missingRuns(days),
    absent:
      table.name === OF_ALL
        ? null
        : { properties: Number(absent?.['properties'] ?? 0), ids: listOf(absent?.['ids']).map(Number) },
    piiColumns: personalColumns(table).flatMap(({ name, pii }, index) => {
      const rows = known[index] ?? 0;
      return rows === 0 ? [] : [{ column: name, pii, rows }];
    }),
  };
}

/** @param names of the tables to look at; null: all that have rows. */
export async function measureCoverage(
  { engine, db }: Pick<Deps, 'engine' | 'db'>,
  version: DataVersion,
  names: readonly TableName[] | null,
  watch: Watch,
): Promise<WarehouseCoverage> {
  const tables: TableCoverage[] = [];
  for (const table of Object.values(TABLES)) {
    const isAsked = names === null ? (version.tables[table.name]?.length ?? 0) > 0 : names.includes(table.name);
    if (!isAsked) continue;
    const answers = await engine.run(program(version, table), { lane: 'load' }, watch);
    tables.push(read(table, version, answers));
  }
  const { size } = await db.warehouse.propertyIds(version.version);
  return { version: version.version, committedAt: version.committedAt, properties: size, tables };
}
