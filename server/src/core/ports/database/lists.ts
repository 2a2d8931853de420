/** What the database keeps of saved lists of properties. */
import type { ListContent, SavedList, SavedListKey } from '../../lists/saved-list.ts';
import type { Page, PageRequest } from '../../pages.ts';

export interface NewSavedList extends SavedListKey {
  readonly name: string;
  readonly content: ListContent;
}

/** What is to be another; what is left out stays. */
export interface SavedListChanges {
  readonly name?: string;
  readonly content?: ListContent;
}

/** No two lists of an account have names that differ in case alone. */
export interface SavedListStore {
  /**
   * Throws `invalid_parameter` if the account has a list of that name, `rate_limited` if it has `most` lists: never more, even for
   * simultaneous requests. Without a number there is no limit.
   */
  insert(list: NewSavedList, most?: number): Promise<SavedList>;
  /** By its id or by its name, in whatever case; null if the account has no such list. */
  find(accountId: string, idOrName: string): Promise<SavedList | null>;
  /** By name. */
  list(accountId: string, request: PageRequest): Promise<Page<SavedList>>;
  /** Of as many of the account’s lists, by name. */
  names(accountId: string, limit: number): Promise<readonly string[]>;
  /** The encoded ids; null for a filter, or if there is no such list. */
  propertyIds(key: SavedListKey): Promise<Uint8Array | null>;
  /** Null if there is no such list. Throws `invalid_parameter` if another list has the name. */
  change(key: SavedListKey, changes: SavedListChanges): Promise<SavedList | null>;
  /** Removes it and returns it as it was; null if there is no such list. Throws `invalid_operation` while a schedule uses it. */
  delete(key: SavedListKey): Promise<SavedList | null>;
}
