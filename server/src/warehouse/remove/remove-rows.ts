/** `conveyance warehouse delete`: rows leave their table, and rows of properties that leave theirs go with them. */
import { compileCondition } from '../../core/conditions/compile.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import { STORED } from '../../core/plan/stored-question.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { listOf, textOf } from '../../core/rows.ts';
import { originOf } from '../../core/versions/origin.ts';
import { versionOrCurrent } from '../history/versions.ts';
import { type ChangeWatch, type Committing, commitVersion } from '../rewrite/new-version.ts';
import { sourceOf } from '../rewrite/store-rows.ts';
import { type Doomed, dependents, PROPERTIES, withoutRows } from '../rewrite/without-rows.ts';
import { TABLES, type TableName } from '../tables.ts';

export interface TableRemoval {
  readonly table: TableName;
  readonly rows: number;
  readonly properties: number;
  /** Null in tables without days. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

export interface RemovalPlan {
  readonly base: DataVersion;
  readonly condition: string;
  /** What is to go, by table, the one that was named first. Tables without such rows are left out. */
  readonly tables: readonly TableRemoval[];
  readonly doomed: readonly Doomed[];
  /** Properties that leave the table `properties`, ascending. */
  readonly propertyIds: Float64Array;
}

async function countRows(
  { engine }: Pick<Deps, 'engine'>,
  { table, files, where, inputs, parameters }: Doomed,
  watch: Watch,
): Promise<TableRemoval> {
  const question = { ask: 'matching', table: table.name, day: table.dayColumn, where } as const;
  const tables = { [table.name]: sourceOf(table, files) };
  const program = { tables, inputs, directories: [], steps: [{ question, parameters }] };
  const [[row] = []] = await engine.run(program, { lane: 'load' }, watch);
  return {
    table: table.name,
    rows: Number(row?.['rows'] ?? 0),
    properties: Number(row?.['properties'] ?? 0),
    firstDay: textOf(row?.['first_day']),
    lastDay: textOf(row?.['last_day']),
  };
}

async function propertiesOf(
  { engine }: Pick<Deps, 'engine'>,
  { table, files, where, parameters }: Doomed,
  watch: Watch,
): Promise<Float64Array> {
  const question = { ask: 'matching-ids', table: table.name, where } as const;
  const tables = { [table.name]: sourceOf(table, files) };
  const program = { tables, inputs: {}, directories: [], steps: [{ question, parameters }] };
  const [[row] = []] = await engine.run(program, { lane: 'load' }, watch);
  return Float64Array.from(listOf(row?.['ids']), Number);
}

/**
 * What would go. Nothing is changed. Throws `not_found` while nothing is loaded, and `invalid_parameter` for a condition that is none.
 */
export async function planRemoval(
  deps: Pick<Deps, 'db' | 'engine'>,
  { table: name, condition }: { readonly table: TableName; readonly condition: string },
  watch: Watch,
): Promise<RemovalPlan> {
  const table = TABLES[name];
  const compiled = compileCondition(condition, table.columns, STORED);
  const base = await versionOrCurrent(deps, null);
  const named: Doomed = { table, files: base.tables[name] ?? [], inputs: {}, ...compiled };
  const propertyIds = name === PROPERTIES ? await propertiesOf(deps, named, watch) : new Float64Array();
  const all = [named, ...(propertyIds.length > 0 ? dependents(base, propertyIds) : [])];
  const tables: TableRemoval[] = [];
  const doomed: Doomed[] = [];
  for (const each of all) {
    if (each.files.length === 0) continue;
    const counted = await countRows(deps, each, watch);
    if (counted.rows === 0) continue;
    tables.push(counted);
    doomed.push(each);
  }
  return { base, condition, tables, doomed, propertyIds };
}

/**
 * Makes a new version without the rows of the plan. Jobs that run keep the version that they read, and providers' keys keep their numbers.
 * Throws `data_changed` if the data has been changed since the plan was made.
 */
export async function removeRows(
  deps: Committing & Pick<Deps, 'log'>,
  plan: RemovalPlan,
  { by, note }: { readonly by: string; readonly note: string | null },
  watch: ChangeWatch,
): Promise<DataVersion> {
  const { base, condition, doomed, propertyIds } = plan;
  const tables: Record<string, readonly DataFile[]> = { ...base.tables };
  for (const [index, each] of doomed.entries()) {
    watch.onStage?.('writing', index, doomed.length);
    const { name } = each.table;
    tables[name] = await withoutRows(deps, tables[name] ?? [], each, { signal: watch.signal });
  }
  const gone = PropertyIdSet.of(propertyIds);
  const known = await deps.db.warehouse.propertyIds(base.version);
  const changes = plan.tables.map(({ table, rows }) => [table, { added: 0, replaced: 0, deleted: rows }]);
  const version = await commitVersion(
    deps,
    {
      base,
      tables,
      indexed: base.tables,
      propertyIds: PropertyIdSet.of([...known].filter((id) => !gone.has(id))),
      origin: originOf({ kind: 'delete', condition, by, note, changes: Object.fromEntries(changes) }),
    },
    watch,
  );
  deps.log.info('rows-deleted', { version: version.version, tables: plan.tables });
  return version;
}
