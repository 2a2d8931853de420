/** From a list, or everything that an account may see, to the properties that it means now. */
import { firstIds } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isUuid } from '../../core/ids/job-id.ts';
import { MAX_PROPERTY_IDS } from '../../core/ids/property-id-listing.ts';
import { decodePropertyIds, type PropertyIdSet } from '../../core/ids/property-ids.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { ALL_PROPERTIES, type ChosenList, EVERYTHING, type SavedList } from '../../core/lists/saved-list.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { Ask } from '../../core/ports/engine.ts';
import { knownProperties, requireDataVersion } from '../../warehouse/current.ts';
import { readVersion } from '../../warehouse/on-current-data.ts';
import { type ReadRows, readWithin, visibleAt } from '../../warehouse/visible.ts';
import { countByFilter, idsByFilter } from './filter.ts';

const FIELD = 'property_list';
const MOST_NAMES_COMPARED = 1_000;

/** A list as it is meant, and its properties as they are now. */
export interface ResolvedList {
  readonly list: ChosenList;
  readonly version: DataVersion;
  /** Each of them exists in the version and may be seen by the account. */
  readonly propertyIds: ReadonlySet<number>;
  /** What of the list is left out. */
  readonly warnings: readonly string[];
}

/** An id is not repeated: it may be another account’s. */
async function unknownList({ db }: Pick<Deps, 'db'>, accountId: string, reference: string): Promise<never> {
  if (isUuid(reference)) {
    throw new ConveyanceError('invalid_parameter', `${FIELD}: your account has no list with this id`);
  }
  const names = await db.lists.names(accountId, MOST_NAMES_COMPARED);
  const hint = likelyHint(reference, [...names, ALL_PROPERTIES]);
  throw new ConveyanceError('invalid_parameter', `${FIELD}: your account has no list ${reference}${hint}`);
}

type Meant = SavedList | null;

/** Null for everything. Throws `invalid_parameter` if the account has no such list. */
async function meantBy(deps: Pick<Deps, 'db'>, accountId: string, reference: string): Promise<Meant> {
  if (reference === ALL_PROPERTIES) return null;
  return (await deps.db.lists.find(accountId, reference)) ?? unknownList(deps, accountId, reference);
}

/** Of what may be very many, as many as a job takes, and their number. */
class Chosen {
  readonly ids = new Set<number>();
  count = 0;

  add(id: number): void {
    if (this.count++ < MAX_PROPERTY_IDS) this.ids.add(id);
  }
}

/** What the account may see of a version. */
interface Sight {
  readonly version: DataVersion;
  readonly grants: Grants;
  readonly known: PropertyIdSet;
}

async function sightOf(deps: Pick<Deps, 'db'>, accountId: string, read: ReadRows): Promise<Sight> {
  const [version, given] = await Promise.all([requireDataVersion(deps), deps.db.accounts.grants(accountId)]);
  const grants = await readVersion(deps, version, () => visibleAt(deps, given, version, read));
  return { version, grants, known: await knownProperties(deps, version) };
}

function isSeen({ grants, known }: Sight, id: number): boolean {
  return known.has(id) && (grants === 'all' || grants.has(id));
}

function everything(sight: Sight): Chosen {
  const chosen = new Chosen();
  for (const id of sight.known) if (isSeen(sight, id)) chosen.add(id);
  return chosen;
}

/** The ids of a list, those that the account sees apart from the others. */
function partitioned(sight: Sight, encoded: Uint8Array): { readonly seen: Chosen; readonly gone: readonly number[] } {
  const seen = new Chosen();
  const gone: number[] = [];
  for (const id of decodePropertyIds(encoded)) {
    if (isSeen(sight, id)) seen.add(id);
    else gone.push(id);
  }
  return { seen, gone };
}

/** Which of the two it is nobody is told who may not see all: or an account could find out what there is besides its own. */
function leftOut(what: string, gone: readonly number[], all: number): string {
  const are = gone.length === 1 ? 'is' : 'are';
  const they = gone.length === 1 ? 'it is' : 'they are';
  return (
    `${gone.length} of the ${all} properties of ${what} ${are} left out, because ${they} no longer in the data, or not among those that ` +
    `your account may see: ${firstIds(gone)}`
  );
}

async function chosenFrom(deps: Pick<Deps, 'db'>, ask: Ask, sight: Sight, list: Meant) {
  if (list === null) return { chosen: everything(sight), warnings: [] };
  const { filter, name } = list;
  if (filter === null) {
    const { seen, gone } = partitioned(sight, (await deps.db.lists.propertyIds(list)) ?? new Uint8Array());
    const all = seen.count + gone.length;
    return { chosen: seen, warnings: gone.length === 0 ? [] : [leftOut(`the list ${name}`, gone, all)] };
  }
  const chosen = new Chosen();
  const { version, grants } = sight;
  for (const id of await idsByFilter(deps, ask, { filter, version, grants }, MAX_PROPERTY_IDS + 1)) chosen.add(id);
  return { chosen, warnings: [] };
}

function emptiness(list: Meant): string {
  if (list === null) return `${FIELD} ${ALL_PROPERTIES}: there is no property that your account may see`;
  const { name, filter } = list;
  return filter === null
    ? `${FIELD} ${name}: none of its properties is in the data and may be seen by your account`
    : `${FIELD} ${name}: no property that your account may see meets its filter now: ${filter}`;
}

function refuseTooMany(list: Meant, { count }: Chosen): void {
  if (count <= MAX_PROPERTY_IDS) return;
  const many = list?.filter ? `more than ${MAX_PROPERTY_IDS}` : `${count}`;
  const what = list === null ? ALL_PROPERTIES : list.name;
  throw new ConveyanceError(
    'invalid_parameter',
    `${FIELD} ${what} has ${many} properties, and an export takes at most ${MAX_PROPERTY_IDS}: divide it into several lists`,
  );
}

/**
 * The properties of a list as they are now: one that is gone, or that the account may no longer see, is left out with a warning. Throws
 * `invalid_parameter` if there is no such list, none of its properties is left, or they are more than a job takes; `unavailable` before the
 * first load, and if the data is being replaced.
 *
 * @param reference the list’s id or name, or `@all`.
 */
export async function resolveList(
  deps: Pick<Deps, 'db'>,
  accountId: string,
  reference: string,
  ask: Ask,
): Promise<ResolvedList> {
  const list = await meantBy(deps, accountId, reference);
  const sight = await sightOf(deps, accountId, readWithin(ask));
  const { chosen, warnings } = await chosenFrom(deps, ask, sight, list);
  if (chosen.count === 0) throw new ConveyanceError('invalid_parameter', emptiness(list));
  refuseTooMany(list, chosen);
  const { version } = sight;
  return { list: list === null ? EVERYTHING : list, version, propertyIds: chosen.ids, warnings };
}

export interface ListCount {
  /** How many properties it means now. */
  readonly count: number;
  /** How many of its ids are left out. */
  readonly leftOut: number;
}

/** Of the ids of a list that is about to be saved, how many the account sees, and the others. */
export async function judgeIds(
  deps: Pick<Deps, 'db'>,
  accountId: string,
  encoded: Uint8Array,
  read: ReadRows,
): Promise<{ readonly seen: number; readonly gone: readonly number[] }> {
  const { seen, gone } = partitioned(await sightOf(deps, accountId, read), encoded);
  return { seen: seen.count, gone };
}

/** @param asked a filter, or a list by its id or name, or `@all`. Throws `invalid_parameter` for what is neither. */
export async function countNow(
  deps: Pick<Deps, 'db'>,
  accountId: string,
  asked: { readonly filter: string } | { readonly propertyList: string },
  ask: Ask,
): Promise<ListCount> {
  const list = 'filter' in asked ? asked : await meantBy(deps, accountId, asked.propertyList);
  const sight = await sightOf(deps, accountId, readWithin(ask));
  if (list === null) return { count: everything(sight).count, leftOut: 0 };
  const { filter } = list;
  if (filter !== null) return { count: await countByFilter(deps, ask, { filter, ...sight }), leftOut: 0 };
  if (!('id' in list)) throw new TypeError('a filter is a text');
  const { seen, gone } = partitioned(sight, (await deps.db.lists.propertyIds(list)) ?? new Uint8Array());
  return { count: seen.count, leftOut: gone.length };
}
