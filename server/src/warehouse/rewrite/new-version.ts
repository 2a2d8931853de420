/** Changed tables become the current version, with what is made from them. */
import type { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { VersionOrigin } from '../../core/versions/origin.ts';
import { commitChange } from '../commit-change.ts';
import { withoutListed } from '../erase/erase-files.ts';
import { needsMatchIndex, writeMatchIndex } from '../match-index.ts';

export const CHANGE_STAGES = ['writing', 'indexing', 'committing'] as const;
export type ChangeStage = (typeof CHANGE_STAGES)[number];

export interface ChangeWatch {
  readonly signal: AbortSignal;
  /** `done` of `total` files are written. */
  readonly onStage?: (stage: ChangeStage, done: number, total: number) => void;
}

export type Committing = Pick<Deps, 'db' | 'engine' | 'store' | 'ids' | 'clock' | 'log' | 'erasureSigner'>;

export interface NewVersion {
  /** The current version, which the change began with. */
  readonly base: DataVersion;
  /** All tables. The match index among them is the one of `indexed`. */
  readonly tables: DataVersion['tables'];
  /** The tables from which the match index in `tables` was made. */
  readonly indexed: DataVersion['tables'];
  readonly propertyIds: PropertyIdSet;
  readonly origin: VersionOrigin;
}

/** The tables of which the rows are other ones. */
function changedTables(tables: DataVersion['tables'], before: DataVersion['tables']): DataVersion['tables'] {
  const keys = (files: DataVersion['tables'][string] = []) =>
    files
      .map(({ key }) => key)
      .sort()
      .join('\n');
  return Object.fromEntries(Object.entries(tables).filter(([name, files]) => keys(files) !== keys(before[name])));
}

/**
 * Takes out what persons have had erased, makes the match index anew where it would differ, and commits. Until the commit nothing that anyone reads has changed; a process that
 * dies before it leaves objects that nothing refers to (`sweepWarehouse`). Throws `data_changed` if another change came first.
 */
export async function commitVersion(
  deps: Committing,
  { base, tables: all, indexed, propertyIds, origin }: NewVersion,
  { signal, onStage }: ChangeWatch,
): Promise<DataVersion> {
  const list = await deps.db.erasures.list();
  const tables = await withoutListed(deps, list, all, base, { signal });
  let index: DataVersion['tables'] = {};
  if (needsMatchIndex(changedTables(tables, indexed), tables)) {
    onStage?.('indexing', 0, 1);
    index = await writeMatchIndex(deps, tables, { signal });
  }
  onStage?.('committing', 0, 1);
  signal.throwIfAborted();
  const whole = { ...tables, ...index };
  const change = { base: base.version, erasures: list.generation, tables: whole, propertyIds, origin };
  return commitChange(deps, change, { signal });
}
