/** `conveyance warehouse rollback`: the rows of an old version become the current ones. */
import { utcDay } from '../../core/dates.ts';
import { ConveyanceError } from '../../core/errors.ts';
import {
  allOf,
  anyOf,
  coalesced,
  column,
  compared,
  type Expression,
  negated,
  parameter,
  valueWhen,
} from '../../core/plan/expression.ts';
import { STORED } from '../../core/plan/stored-question.ts';
import type { DataFile, DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { originOf } from '../../core/versions/origin.ts';
import { byPlace } from '../layout.ts';
import { type ChangeWatch, type Committing, commitVersion } from '../rewrite/new-version.ts';
import { rewriteFile, sourceOf } from '../rewrite/store-rows.ts';
import { TABLES, type Table } from '../tables.ts';
import { compareVersions, filesOfOne, type TableDifference } from './differences.ts';
import { requireVersion, versionOrCurrent } from './versions.ts';

export interface RollbackPlan {
  readonly current: DataVersion;
  readonly target: DataVersion;
  /** From the current version to the target. */
  readonly differences: readonly TableDifference[];
}

/** What going back would do. Nothing is changed. Throws `not_found`, and `invalid_parameter` for the current version. */
export async function planRollback(
  deps: Pick<Deps, 'db' | 'engine'>,
  version: number,
  watch: Watch,
): Promise<RollbackPlan> {
  const target = await requireVersion(deps, version);
  const current = await versionOrCurrent(deps, null);
  if (current.version === version) {
    throw new ConveyanceError(
      'invalid_parameter',
      `data version ${version} is the current one: there is nothing to undo`,
    );
  }
  return { current, target, differences: await compareVersions(deps, current, target, 0, watch) };
}

const NOW = 'c';
const TODAY = 'today';

function isSame(name: string): Expression {
  const [old, now] = [column(STORED, name), column(NOW, name)];
  const unknown = (value: Expression) => negated({ node: 'is-known', value });
  return anyOf(compared(old, '=', now), allOf(unknown(old), unknown(now)));
}

/** The day when the row last changed for whoever reads the data: today, unless it is the same in the current version. */
function changedOn({ key, columns }: Table, name: string): Expression {
  const values = columns.filter((each) => each.computed === undefined && !key.includes(each.name));
  const isThere: Expression = { node: 'is-known', value: column(NOW, 'property_id') };
  const known = valueWhen(allOf(isThere, ...values.map((each) => isSame(each.name))), column(NOW, name));
  // Rows of before such days were noted have none in either version.
  const unchanged = valueWhen(allOf(isThere, ...values.map((each) => isSame(each.name))), column(STORED, name));
  return coalesced(known, unchanged, parameter(TODAY, 'date'));
}

interface Change {
  readonly table: Table;
  readonly old: DataFile;
  readonly now: readonly DataFile[];
}

/** Whoever asks for what has changed since a day must be told of rows that were changed back. */
function changesToTell({ current, target }: RollbackPlan): readonly Change[] {
  return Object.values(TABLES).flatMap((table) => {
    if (!table.columns.some(({ computed }) => computed === 'changed-on')) return [];
    const [old, now] = [target.tables[table.name] ?? [], current.tables[table.name] ?? []];
    const others = filesOfOne(now, old);
    return filesOfOne(old, now).map((file) => ({ table, old: file, now: others }));
  });
}

async function tellChange(
  deps: Pick<Deps, 'engine' | 'store' | 'ids' | 'clock'>,
  { table, old, now }: Change,
  watch: Watch,
): Promise<DataFile> {
  const days = table.columns.filter(({ computed }) => computed === 'changed-on');
  return rewriteFile(
    deps,
    {
      table,
      file: old,
      where: [],
      joins: [{ kind: 'same-key', table: 'now', as: NOW, key: table.key }],
      values: Object.fromEntries(days.map(({ name }) => [name, changedOn(table, name)])),
      tables: { now: sourceOf(table, now) },
      inputs: {},
      parameters: { [TODAY]: utcDay(deps.clock()) },
    },
    watch,
  );
}

async function tablesOf(
  deps: Pick<Deps, 'engine' | 'store' | 'ids' | 'clock'>,
  plan: RollbackPlan,
  watch: ChangeWatch,
): Promise<DataVersion['tables']> {
  const tables: Record<string, readonly DataFile[]> = { ...plan.target.tables };
  const changes = changesToTell(plan);
  for (const [index, change] of changes.entries()) {
    watch.onStage?.('writing', index, changes.length);
    const { name } = change.table;
    const told = await tellChange(deps, change, { signal: watch.signal });
    tables[name] = [...(tables[name] ?? []).filter(({ key }) => key !== change.old.key), told].sort(byPlace);
  }
  return tables;
}

/**
 * Makes a new version with the rows of the old one: what was loaded since is gone, running jobs keep the version that they read, providers'
 * keys keep their numbers, columns that are newer than the old version are empty. Throws `data_changed` if the data has been changed since
 * the plan was made.
 */
export async function rollBack(
  deps: Committing & Pick<Deps, 'log'>,
  plan: RollbackPlan,
  { by, note }: { readonly by: string; readonly note: string | null },
  watch: ChangeWatch,
): Promise<DataVersion> {
  const { current, target, differences } = plan;
  watch.onStage?.('writing', 0, 1);
  const changes = differences.map(({ table, added, changed, removed }) => [
    table,
    { added, replaced: changed, deleted: removed },
  ]);
  const version = await commitVersion(
    deps,
    {
      base: current,
      tables: await tablesOf(deps, plan, watch),
      indexed: target.tables,
      propertyIds: await deps.db.warehouse.propertyIds(target.version),
      origin: originOf({ kind: 'rollback', of: target.version, by, note, changes: Object.fromEntries(changes) }),
    },
    watch,
  );
  deps.log.info('warehouse-rolled-back', { version: version.version, of: target.version });
  return version;
}
