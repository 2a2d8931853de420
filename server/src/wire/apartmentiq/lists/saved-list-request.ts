/** The bodies that save, change and count lists. */
import { z } from 'zod';
import { LONGEST_CONDITION } from '../../../core/conditions/tokens.ts';
import { isStorable } from '../../../core/input/storable-text.ts';
import { listNameFault, MAX_LIST_NAME_CHARACTERS } from '../../../core/lists/saved-list.ts';
import { choiceFields, distinctIds, namedOffenders } from '../property-choice.ts';
import { ignoredFields, parseFields } from '../request-body.ts';

const MESSAGES = {
  name: 'name is required and must be text',
  filter: `filter must be a condition such as state = 'TX' AND unit_count >= 50, of at most ${LONGEST_CONDITION} characters`,
  content: 'property_ids or filter is required: give one of them',
  both: 'filter and property_ids exclude each other: give one of them',
  change: 'name, property_ids or filter is required: give what is to be changed',
  counted: 'filter or property_list is required: give one of them',
  bothCounted: 'filter and property_list exclude each other: give one of them',
} as const;

const nameField = z
  .string({ error: MESSAGES.name })
  .refine((name) => listNameFault(name) === null, { error: ({ input }) => listNameFault(String(input)) ?? undefined })
  .meta({
    maxLength: MAX_LIST_NAME_CHARACTERS,
    description: 'Your word for the list. No two lists have the same, whatever the case of its letters.',
    example: 'Texas',
  });

const filterField = z
  .string({ error: MESSAGES.filter })
  .refine((filter) => filter.trim() !== '' && filter.length <= LONGEST_CONDITION && isStorable(filter), {
    error: MESSAGES.filter,
  })
  .meta({
    maxLength: LONGEST_CONDITION,
    description:
      'In the place of ids: a condition over the columns that a look-up shows, judged each time the list is used. Needs the scope `data:read`.',
    example: "state = 'TX' AND unit_count >= 50",
  })
  .optional();

const { property_ids: idsField, property_list: listField } = choiceFields;
const contentFields = { property_ids: idsField, filter: filterField };

const requestFields = { name: nameField, ...contentFields };
const changeFields = { name: nameField.optional(), ...contentFields };
const countFields = { filter: filterField, property_list: listField };

export const savedListRequestSchema = z.object(requestFields);
export const savedListChangesSchema = z.object(changeFields);
export const savedListCountRequestSchema = z.object(countFields);

interface Rule {
  /** The fields of which at most one may be given. */
  readonly either: readonly [string, string];
  readonly both: string;
  /** The fields of which one must be given, and what is said where none is. */
  readonly needed: readonly string[];
  readonly missing: string;
}

function isGiven(body: object, field: string): boolean {
  const value: unknown = Object.hasOwn(body, field) ? Reflect.get(body, field) : undefined;
  return value !== undefined && value !== null;
}

function faultsBy({ either, both, needed, missing }: Rule): (body: object) => ReadonlyMap<string, string> {
  return (body) => {
    if (either.every((field) => isGiven(body, field))) return new Map([[either[0], both]]);
    return needed.some((field) => isGiven(body, field)) ? new Map() : new Map([[needed[0] ?? '', missing]]);
  };
}

const CONTENT: Pick<Rule, 'either' | 'both'> = { either: ['filter', 'property_ids'], both: MESSAGES.both };
const REQUEST_RULE = faultsBy({ ...CONTENT, needed: ['property_ids', 'filter'], missing: MESSAGES.content });
const CHANGE_RULE = faultsBy({ ...CONTENT, needed: ['name', 'property_ids', 'filter'], missing: MESSAGES.change });
const COUNT_RULE = faultsBy({
  either: ['filter', 'property_list'],
  both: MESSAGES.bothCounted,
  needed: ['filter', 'property_list'],
  missing: MESSAGES.counted,
});

export type ReadContent = { readonly propertyIds: ReadonlySet<number> } | { readonly filter: string };

function contentOf({ property_ids: ids, filter }: z.output<z.ZodObject<typeof contentFields>>): ReadContent | null {
  if (filter !== undefined) return { filter };
  return ids === undefined ? null : { propertyIds: distinctIds(ids) };
}

/** Throws `invalid_parameter` with every fault; fields that it does not know are ignored. */
export function parseSavedListRequest(body: unknown): { readonly name: string; readonly content: ReadContent } {
  const fields = parseFields(body, requestFields, REQUEST_RULE, namedOffenders);
  return { name: fields.name, content: contentOf(fields) ?? { propertyIds: new Set() } };
}

/** Throws `invalid_parameter` with every fault; fields that it does not know are ignored. */
export function parseSavedListChanges(body: unknown): { readonly name?: string; readonly content?: ReadContent } {
  const fields = parseFields(body, changeFields, CHANGE_RULE, namedOffenders);
  const content = contentOf(fields);
  return { ...(fields.name !== undefined && { name: fields.name }), ...(content !== null && { content }) };
}

/** Throws `invalid_parameter` with every fault; fields that it does not know are ignored. */
export function parseSavedListCount(body: unknown): { readonly filter: string } | { readonly propertyList: string } {
  const { filter, property_list: list = '' } = parseFields(body, countFields, COUNT_RULE);
  return filter === undefined ? { propertyList: list } : { filter };
}

/** A sentence for each field of the body that nobody reads. */
export function savedListWarnings(body: unknown): readonly string[] {
  return ignoredFields(body, Object.keys(requestFields));
}
