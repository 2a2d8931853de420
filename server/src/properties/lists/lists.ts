/** What a customer can do with the saved lists of its account. */
import { type Caller, firstIds, requirePermission } from '../../core/access.ts';
import { entryBy, type NewAuditEntry } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { decodePropertyIds, digestPropertyIds, encodePropertyIdSet } from '../../core/ids/property-ids.ts';
import { type ListContent, listNotFound, type SavedList, type SavedListKey } from '../../core/lists/saved-list.ts';
import type { Page, PageRequest } from '../../core/pages.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { onCurrentData } from '../../warehouse/on-current-data.ts';
import { readInTurn } from '../../warehouse/visible.ts';
import { recordSearch } from '../record-search.ts';
import { judgeFilter } from './filter.ts';
import { countNow, judgeIds, type ListCount } from './resolve.ts';

/** Which properties: by their ids, distinct and in their order, or by a filter. */
export type AskedContent = { readonly propertyIds: ReadonlySet<number> } | { readonly filter: string };

export interface ListRequest {
  readonly name: string;
  readonly content: AskedContent;
}

/** What is to be another; what is left out stays. */
export interface ListChanges {
  readonly name?: string;
  readonly content?: AskedContent;
}

/** A list as it was made or changed, and what may have been meant otherwise. */
export interface WrittenList {
  readonly list: SavedList;
  readonly warnings: readonly string[];
}

function found<Value>(value: Value | null): Value {
  if (value !== null) return value;
  throw listNotFound();
}

interface JudgedContent {
  readonly content: ListContent;
  readonly warnings: readonly string[];
}

/** Ids that are of no property now are kept: some come back with another load, or with another agreement. A list without any other is refused. */
async function judgeContent(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  content: AskedContent,
): Promise<JudgedContent> {
  if ('filter' in content) {
    // What exports and estimates tell of a filter is what a look-up tells.
    requirePermission(caller, 'look up properties');
    judgeFilter(content.filter);
    return { content: { kind: 'filter', ...content }, warnings: [] };
  }
  const propertyIds = encodePropertyIdSet(content.propertyIds);
  const { size: propertyCount } = content.propertyIds;
  const { seen, gone } = await deps.db.inTurn(caller.accountId, () =>
    judgeIds(deps, caller.accountId, propertyIds, readInTurn(deps, caller)),
  );
  if (seen === 0) {
    const message = `property_ids contains no ID of a property that exists and that you may access: ${firstIds(gone)}`;
    throw new ConveyanceError('invalid_parameter', message);
  }
  const warning = `${gone.length} of the ${propertyCount} property_ids ${gone.length === 1 ? 'is' : 'are'} of no property that exists and that you may access; exports leave ${gone.length === 1 ? 'it' : 'them'} out: ${firstIds(gone)}`;
  return {
    content: { kind: 'ids', propertyIds, propertyCount },
    warnings: gone.length === 0 ? [] : [warning],
  };
}

type ListEvent = 'list-created' | 'list-changed' | 'list-deleted';

async function entryOf(
  caller: Caller,
  event: ListEvent,
  id: string,
  content: ListContent | undefined,
): Promise<NewAuditEntry> {
  const entry = { ...entryBy(caller, event, null), subject: id };
  if (content?.kind !== 'ids') return entry;
  const { propertyIds, propertyCount: count } = content;
  return { ...entry, properties: { count, sha256: await digestPropertyIds(decodePropertyIds(propertyIds)) } };
}

/** Throws `invalid_parameter` for a name that is taken, ids of which none can be exported, or a filter that is none. */
export async function createList(
  deps: Pick<Deps, 'db' | 'engine' | 'ids' | 'policy'>,
  caller: Caller,
  { name, content: asked }: ListRequest,
): Promise<WrittenList> {
  requirePermission(caller, 'change lists');
  const { content, warnings } = await judgeContent(deps, caller, asked);
  const { accountId } = caller;
  const id = deps.ids();
  const entry = await entryOf(caller, 'list-created', id, content);
  const write = () =>
    deps.db.transaction(async ({ lists, audit }) => {
      const made = await lists.insert({ accountId, id, name, content }, deps.policy.listsPerAccount);
      await audit.append(entry);
      return made;
    });
  return { list: await deps.db.inTurn(accountId, write), warnings };
}

/** A list of the caller’s account, by its id or its name. Another account’s does not exist for it. */
export async function readList({ db }: Pick<Deps, 'db'>, caller: Caller, idOrName: string): Promise<SavedList> {
  requirePermission(caller, 'view lists');
  return found(await db.lists.find(caller.accountId, idOrName));
}

/** As `decodePropertyIds` reads them; null for a filter. */
export function listedIds({ db }: Pick<Deps, 'db'>, key: SavedListKey): Promise<Uint8Array | null> {
  return db.lists.propertyIds(key);
}

export async function listLists(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  request: PageRequest,
): Promise<Page<SavedList>> {
  requirePermission(caller, 'view lists');
  return db.lists.list(caller.accountId, request);
}

/** Renames the list, gives it other properties, or both. Exports that were made stay as they are; runs of schedules use what it is by then. */
export async function changeList(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  idOrName: string,
  { name, content: asked }: ListChanges,
): Promise<WrittenList> {
  requirePermission(caller, 'change lists');
  const list = found(await deps.db.lists.find(caller.accountId, idOrName));
  const judged = asked === undefined ? undefined : await judgeContent(deps, caller, asked);
  const entry = await entryOf(caller, 'list-changed', list.id, judged?.content);
  const changes = { ...(name !== undefined && { name }), ...(judged && { content: judged.content }) };
  const write = () =>
    deps.db.transaction(async ({ lists, audit }) => {
      const changed = found(await lists.change(list, changes));
      await audit.append(entry);
      return changed;
    });
  return { list: await deps.db.inTurn(caller.accountId, write), warnings: judged?.warnings ?? [] };
}

/** Removes the list and returns it as it was. Throws `invalid_operation` while a schedule uses it: nothing else would tell until a run fails. */
export async function deleteList({ db }: Pick<Deps, 'db'>, caller: Caller, idOrName: string): Promise<SavedList> {
  requirePermission(caller, 'change lists');
  const { id, accountId } = found(await db.lists.find(caller.accountId, idOrName));
  return db.transaction(async ({ lists, audit }) => {
    const deleted = found(await lists.delete({ id, accountId }));
    await audit.append({ ...entryBy(caller, 'list-deleted', null), subject: id });
    return deleted;
  });
}

/** How many properties a list, a filter that may become one, or `@all` means now. Costs no quota, as a look-up does. */
export async function countList(
  deps: Pick<Deps, 'db' | 'engine'>,
  caller: Caller,
  asked: { readonly filter: string } | { readonly propertyList: string },
): Promise<ListCount> {
  requirePermission(caller, 'look up properties');
  const { accountId } = caller;
  const counted = await deps.engine.lookUp({ accountId, size: 'small' }, (ask) =>
    onCurrentData(() => countNow(deps, accountId, asked, ask)),
  );
  await recordSearch(deps, caller, 'count', asked, counted.count);
  return counted;
}
