/** A search as it is sent, by itself or as a job: `{"settings": {…}}`; and a page of the result. */
import { z } from 'zod';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import type { Fault } from '../../core/faults.ts';
import { type KnownNames, misspeltNames } from '../../core/input/unknown-fields.ts';
import type { SearchPage } from '../../core/pages.ts';
import type { ResultRow } from '../../core/rows.ts';
import { SEARCH_COLUMNS } from '../../reports/compile-search.ts';
import { parseSearchSettings, type SearchRequest } from '../../reports/details/search-settings.ts';
import { integer, text } from '../fields.ts';

export const searchRequestSchema = z.object({
  settings: z.looseObject({}).meta({
    description:
      'Lists of values of which one must hold, ranges `{min, max}`, true or false. docs/detail-types.md lists every setting.',
    example: { city: ['New York'], state: ['NY'], building_area: { min: 100_000 } },
  }),
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

export const searchPageSchema = z.object({
  count: integer({ description: 'Properties on all pages.' }),
  items: z.array(itemSchema),
  search_token: text().nullable(),
});

const SEARCH: KnownNames = { of: 'the search', kind: 'field', known: ['settings'] };

/** If it were ignored, the answer would be the first page again, and a client that reads page after page would never reach the end. */
const TOKEN_IN_BODY =
  'search_token is no field of the search: it belongs in the query, POST /v2/search/summaries?search_token=…; a search job has all pages';

/**
 * Throws `invalid_parameter` with every fault, naming for an unknown setting the known one that is near. An unknown field beside
 * `settings` is ignored, unless `settings` was meant or it is the token of a page.
 */
export function parseSearchRequest(body: unknown): SearchRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ConveyanceError('invalid_parameter', 'a search must be a JSON object with settings');
  }
  const faults: Fault[] = [...misspeltNames(Object.keys(body), SEARCH)];
  if ('search_token' in body) faults.push(TOKEN_IN_BODY);
  if (!('settings' in body)) faults.push('settings is required: an object with the criteria of the search');
  refuseFaults(faults);
  const settings = 'settings' in body ? body.settings : null;
  const conditions = parseSearchSettings(settings);
  // `parseSearchSettings` takes nothing but an object.
  return { settings: settings as Readonly<Record<string, unknown>>, conditions };
}

function itemFields(row: ResultRow): z.infer<typeof itemSchema> {
  return Object.fromEntries(
    SEARCH_COLUMNS.map(({ name }) => {
      const value = row[name];
      return [name, typeof value === 'string' ? value : null];
    }),
  );
}

export function searchPageFields({ count, items, token }: SearchPage): z.infer<typeof searchPageSchema> {
  return { count, items: items.map(itemFields), search_token: token };
}
