/** Saved lists of properties: their ids, or a condition that is judged each time the list is used. */
import { ConveyanceError } from '../errors.ts';
import { isUuid } from '../ids/job-id.ts';

/** In the place of a list: every property that the account may see. */
export const ALL_PROPERTIES = '@all';

export const MAX_LIST_NAME_CHARACTERS = 100;

/** A list is never addressed without its owner. */
export interface SavedListKey {
  readonly accountId: string;
  readonly id: string;
}

/** Ids as `encodePropertyIds` writes them: distinct, in the order of the request. */
export interface ListedIds {
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
}

/** What a list means: its ids, or the condition over the columns of the look-up that its properties meet. */
export type ListContent = ({ readonly kind: 'ids' } & ListedIds) | { readonly kind: 'filter'; readonly filter: string };

/** All but the ids, of which there may be a million. */
export interface SavedList extends SavedListKey {
  readonly name: string;
  /** Null for a list of ids. */
  readonly filter: string | null;
  /** Of a list of ids how many it has, whether they still exist or not; null for a filter. */
  readonly propertyCount: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Which list a schedule repeats. */
export interface ChosenList {
  /** Null for everything that the account may see. */
  readonly id: string | null;
  /** As it is called now. */
  readonly name: string;
}

export const EVERYTHING: ChosenList = { id: null, name: ALL_PROPERTIES };

/** Control characters, and half a surrogate pair, which is not a character. */
const UNNAMEABLE = /[\p{Cc}\p{Cs}]/u;

/** In words, what keeps the text from being a list’s name; null if nothing does. Blanks at its ends count. */
export function listNameFault(name: string): string | null {
  if (name.length === 0 || name.length > MAX_LIST_NAME_CHARACTERS || UNNAMEABLE.test(name)) {
    return `name must be text of 1 to ${MAX_LIST_NAME_CHARACTERS} characters, none of them a control character`;
  }
  if (name.trim() !== name) return 'name must not begin or end with a blank';
  // Whoever names a list may also give its id, or @all; and no address can end with a dot or two.
  if (name.startsWith('@') || isUuid(name) || /^\.{1,2}$/.test(name)) {
    return 'name must not begin with @, look like an id, or be a dot or two';
  }
  return null;
}

/** Names that differ in nothing else are the same name. */
export function foldListName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

export function listNameTaken(name: string): ConveyanceError {
  return new ConveyanceError(
    'invalid_parameter',
    `name must be a new one: your account has a list called ${name} already; change that list, or choose another name`,
  );
}

const SCHEDULES_NAMED = 5;

/** @param schedules their ids. */
export function listInUse(name: string, schedules: readonly string[]): ConveyanceError {
  const shown = schedules.slice(0, SCHEDULES_NAMED).join(', ');
  const more = schedules.length > SCHEDULES_NAMED ? ', …' : '';
  const users = schedules.length === 1 ? `the schedule ${shown}` : `${schedules.length} schedules: ${shown}${more}`;
  return new ConveyanceError(
    'invalid_operation',
    `The list ${name} is not deleted, because it is used by ${users}; delete ${schedules.length === 1 ? 'it' : 'them'} first, or change the list`,
  );
}

export function listNotFound(): ConveyanceError {
  return new ConveyanceError('not_found', 'List with the specified id or name does not exist');
}
