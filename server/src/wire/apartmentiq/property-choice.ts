/** Which properties a request means: by their ids, or by a list. */
import { z } from 'zod';
import { MAX_PROPERTY_IDS, PropertyIdListing } from '../../core/ids/property-id-listing.ts';
import { ALL_PROPERTIES, MAX_LIST_NAME_CHARACTERS } from '../../core/lists/saved-list.ts';
import { checkedList } from '../fields.ts';

const MESSAGES = {
  idsMissing: 'property_ids is required and must be a non-empty array',
  idsForm: 'property_ids must contain only positive integers',
  idsCount: `property_ids must contain at most ${MAX_PROPERTY_IDS} IDs`,
  list: `property_list must be the id or the name of a list, or ${ALL_PROPERTIES}`,
  both: 'property_list and property_ids exclude each other: give one of them',
} as const;

/** A list as a value, or as it was read while it arrived; null for anything else. */
function listingOf(value: unknown): PropertyIdListing | null {
  if (value instanceof PropertyIdListing) return value;
  return Array.isArray(value) ? PropertyIdListing.of(value) : null;
}

function propertyIdsFault(value: unknown): string | null {
  const listing = listingOf(value);
  if (listing === null || listing.count === 0) return MESSAGES.idsMissing;
  if (listing.count > MAX_PROPERTY_IDS) return MESSAGES.idsCount;
  return listing.offenders === 0 ? null : MESSAGES.idsForm;
}

/** The contract's sentence for elements that are no ids, with the first of them and their places. */
export function namedOffenders(fault: string, body: unknown): string {
  if (fault !== MESSAGES.idsForm || typeof body !== 'object' || body === null) return fault;
  const listing = listingOf(Reflect.get(body, 'property_ids'));
  return listing === null ? fault : `${fault}; ${listing.describeOffenders()}`;
}

/** The distinct ids of a list without a fault, in its order. */
export function distinctIds(list: PropertyIdListing | readonly number[]): ReadonlySet<number> {
  return list instanceof PropertyIdListing ? list.distinct() : new Set(list);
}

/** Required by the contract, whose clients know no lists. */
export const propertyIdsField = checkedList<PropertyIdListing | readonly number[]>(propertyIdsFault, {
  items: { type: 'integer' },
  description:
    'Array of property IDs to include in the report. Empty, null or left out where `property_list` is given.',
  example: [99001416, 99001470],
});

const listField = z
  .string({ error: MESSAGES.list })
  .min(1, MESSAGES.list)
  .max(MAX_LIST_NAME_CHARACTERS, MESSAGES.list)
  .meta({
    description:
      `In the place of \`property_ids\`: the id or the name of a saved list, or \`${ALL_PROPERTIES}\` for every property that your account may see. ` +
      'Its properties as they are at submission become the job’s; those of its ids that are gone by then are left out, and `warnings` names them.',
  });

/** One of the two. */
export const choiceFields = { property_ids: propertyIdsField.optional(), property_list: listField.optional() };

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Clients that were generated from the contract send a list of ids in any case: beside a list’s name an empty one says nothing. */
export function withoutEmptyIds(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { property_list: list, property_ids: ids }: { property_list?: unknown; property_ids?: unknown } = body;
  return isGiven(list) && listingOf(ids)?.count === 0 ? { ...body, property_ids: null } : body;
}

/** By field, what is wrong with the two together. */
export function choiceFaults(body: object): ReadonlyMap<string, string> {
  const { property_list: list, property_ids: ids }: { property_list?: unknown; property_ids?: unknown } = body;
  if (!isGiven(list) && !isGiven(ids)) return new Map([['property_ids', MESSAGES.idsMissing]]);
  return isGiven(list) && isGiven(ids) ? new Map([['property_list', MESSAGES.both]]) : new Map();
}

interface ReadChoice {
  readonly property_ids?: PropertyIdListing | readonly number[] | undefined;
  readonly property_list?: string | undefined;
}

export interface PropertyChoice {
  readonly propertyIds: ReadonlySet<number>;
  readonly propertyList?: string;
}

export function toChoice({ property_ids: ids = [], property_list: list }: ReadChoice): PropertyChoice {
  return { propertyIds: distinctIds(ids), ...(list !== undefined && { propertyList: list }) };
}
