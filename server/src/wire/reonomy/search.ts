/** A search as it is sent, by itself or as a job: `{"settings": {…}}`; and a page of the result. */
import { z } from 'zod';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import type { SearchSpec } from '../../core/file-job-spec.ts';
import { type Fields, isObject } from '../../core/input/objects.ts';
import { type KnownNames, misspeltNames, SHOWN_CHARACTERS } from '../../core/input/unknown-fields.ts';
import { LARGEST_SEARCH_PAGE, type SearchPage, type WidenedRange } from '../../core/pages.ts';
import type { ResultRow } from '../../core/rows.ts';
import { SEARCH_COLUMNS } from '../../reports/compile-search.ts';
import { parseSearchSettings, SEARCH_SETTINGS } from '../../reports/details/search-settings.ts';
import { integer, text } from '../fields.ts';
import { boundingBoxSchema, readBoundingBox } from './bounding-box.ts';

export const searchRequestSchema = z.object({
  settings: z.looseObject({}).meta({
    description:
      'Lists of values of which one must hold, ranges `{min, max}`, true or false. docs/detail-types.md lists every setting.',
    example: { city: ['New York'], state: ['NY'], building_area: { min: 100_000 } },
  }),
  limit: integer({
    minimum: 1,
    default: LARGEST_SEARCH_PAGE,
    description: `Properties a page: at most ${LARGEST_SEARCH_PAGE}, and more means that. Each page may have its own. A search job has no pages.`,
  }).optional(),
  bounding_box: boundingBoxSchema
    .meta({ description: 'Only properties in this box, its edges included. Degrees; it does not cross the date line.' })
    .optional(),
});

export const searchQuerySchema = z.object({
  search_token: text({ description: 'From the page before; lives 24 hours.' }).optional(),
});

const itemSchema = z.object(
  Object.fromEntries(
    SEARCH_COLUMNS.map(({ name, description }) => [
      name,
      name === 'id' ? text({ format: 'uuid', description }) : text({ format: 'date', description }).nullable(),
    ]),
  ),
);

const bound = z.union([z.number(), z.string()]).nullable();

/** Of a page, and of a search job’s `metadata`. */
export const widenedSettingsSchema = z.record(z.string(), z.object({ from: bound, below: bound })).meta({
  description:
    'Ranges that were widened to whole steps for properties that your account has not paid for this month, as they were applied: from `from` to below `below`; null is no bound. Absent if none was.',
});

export function widenedFields(ranges: readonly WidenedRange[]): z.infer<typeof widenedSettingsSchema> {
  return Object.fromEntries(ranges.map(({ setting, from, below }) => [setting, { from, below }]));
}

export const searchPageSchema = z.object({
  count: integer({ description: 'Properties on all pages.' }),
  items: z.array(itemSchema),
  search_token: text({ description: 'Asks for the next page; null, and never absent, on the last.' }).nullable(),
  widened_settings: widenedSettingsSchema.optional(),
});

/** As programs write a value that is not there. */
const NO_TOKEN = /^(?:null|none|nil|undefined)$/i;

const SEARCH: KnownNames = { of: 'the search', kind: 'field', known: Object.keys(searchRequestSchema.shape) };
const BOX = 'bounding_box';

/** If it were ignored, the answer would be the first page again, and a client that reads page after page would never reach the end. */
const TOKEN_IN_BODY =
  'search_token is no field of the search: it belongs in the query, POST /v2/search/summaries?search_token=…; a search job has all pages';

/** Fields that ask for what is not served. Left out, they would widen the answer, or turn the pages into one that comes again and again. */
const NOT_SERVED: readonly (readonly [form: RegExp, why: string])[] = [
  [/^(?:sort|sort_by|order|order_by|sorting)$/i, 'is not served: properties come in the order of their ids'],
  [
    /^(?:offset|from|page|per_page|page_size|size|skip|cursor)$/i,
    'is not served: search_token asks for the next page, limit for its size',
  ],
  [
    /map|geo|polygon|shape|bound|radius|circle|distance|location|lat|lon|lng|filter|quer/i,
    'is not served: bounding_box bounds the search on the map, settings by everything else',
  ],
];

/** Nothing is asked for by what is empty, however deep: clients send their whole form. */
function asksForSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(asksForSomething);
  if (isObject(value)) return Object.values(value).some(asksForSomething);
  return value !== null && value !== undefined && value !== '' && value !== false && value !== 0;
}

function fieldFault(name: string, value: unknown): readonly Fault[] {
  if (SEARCH.known.includes(name) || name === 'search_token') return [];
  const misspelt = misspeltNames([name], SEARCH);
  if (misspelt.length > 0) return misspelt;
  if (!asksForSomething(value)) return [];
  const shown = name.slice(0, SHOWN_CHARACTERS);
  if (SEARCH_SETTINGS.some((setting) => setting.name === name))
    return [`${shown} is a setting: it belongs in settings`];
  const [, why] = NOT_SERVED.find(([form]) => form.test(name)) ?? [];
  return why === undefined ? [] : [`${shown} ${why}`];
}

function readLimit(value: unknown, faults: Fault[]): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return Math.min(value, LARGEST_SEARCH_PAGE);
  faults.push(`limit must be an integer of at least 1; more than ${LARGEST_SEARCH_PAGE} means that`);
  return null;
}

/** Some clients have the box among the settings. */
function boxOf(body: Fields, settings: unknown, faults: Fault[]): SearchSpec['boundingBox'] {
  const inside = isObject(settings) ? settings[BOX] : undefined;
  const boxes = [body[BOX], inside].filter(asksForSomething);
  if (boxes.length > 1) faults.push(`${BOX} is given beside settings and in them; give it once`);
  return boxes.length === 0 ? undefined : (readBoundingBox(boxes[0], faults) ?? undefined);
}

/**
 * Throws `invalid_parameter` with every fault, naming for an unknown setting the known one that is near. An unknown field beside
 * `settings` is ignored, unless it is a slip for a known one or asks for something that would bound or order the answer.
 */
export function parseSearchRequest(body: unknown): SearchSpec {
  if (!isObject(body)) throw new ConveyanceError('invalid_parameter', 'a search must be a JSON object with settings');
  const faults: Fault[] = Object.entries(body).flatMap(([name, value]) => fieldFault(name, value));
  if ('search_token' in body) faults.push(TOKEN_IN_BODY);
  if (!('settings' in body)) faults.push('settings is required: an object with the criteria of the search');
  const pageSize = readLimit(body['limit'], faults);
  const boundingBox = boxOf(body, body['settings'], faults);
  refuseFaults(faults);
  const { settings: raw } = body;
  const settings = isObject(raw) ? Object.fromEntries(Object.entries(raw).filter(([name]) => name !== BOX)) : raw;
  parseSearchSettings(settings);
  return {
    // `parseSearchSettings` takes nothing but an object.
    settings: settings as Fields,
    ...(boundingBox && { boundingBox }),
    ...(pageSize !== null && { pageSize }),
  };
}

/** The token of the query; null for the first page. Throws `invalid_parameter` for what a client wrote that had none. */
export function parseSearchToken(token: string | undefined): string | null {
  if (token === undefined) return null;
  if (token === '') {
    throw new ConveyanceError('invalid_parameter', 'search_token must not be empty; leave it out for the first page');
  }
  if (NO_TOKEN.test(token)) {
    throw new ConveyanceError(
      'invalid_parameter',
      `search_token is ${token}, which is what the last page has: there is no page behind it`,
    );
  }
  return token;
}

function itemFields(row: ResultRow): z.infer<typeof itemSchema> {
  return Object.fromEntries(
    SEARCH_COLUMNS.map(({ name }) => {
      const value = row[name];
      return [name, typeof value === 'string' ? value : null];
    }),
  );
}

export function searchPageFields({ count, items, token, widened }: SearchPage): z.infer<typeof searchPageSchema> {
  return {
    count,
    items: items.map(itemFields),
    search_token: token,
    ...(widened.length > 0 && { widened_settings: widenedFields(widened) }),
  };
}
