/** `POST /search/summaries`: the properties that meet every setting, in pages. */
import { z } from 'zod';
import { searchProperties } from '../../../properties/search.ts';
import { SEARCH_COLUMNS } from '../../../reports/compile-search.ts';
import { integer, text } from '../../../wire/fields.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyForbidden, reonomyRefusals } from './answers.ts';

const BODY_LIMIT_BYTES = 1_048_576;

const itemSchema = z.object(
  Object.fromEntries(
    SEARCH_COLUMNS.map(({ name, description }) => [
      name,
      name === 'id' ? text({ format: 'uuid', description }) : text({ format: 'date', description }).nullable(),
    ]),
  ),
);

export const searchSummaries: ProtectedOperation = {
  scope: 'data:read',
  method: 'POST',
  path: '/search/summaries',
  bodyLimit: BODY_LIMIT_BYTES,
  document: {
    operationId: 'searchSummaries',
    tag: 'Properties',
    summary: 'Search Properties',
    description:
      'The properties that meet every setting, at most 10,000 an answer. While there may be more, the answer has a `search_token`: send ' +
      'the same body again with it. All pages read the data that the first one read. A search costs no quota.',
    query: z.object({ search_token: text({ description: 'From the page before; lives 24 hours.' }).optional() }),
    body: {
      contentTypes: ['application/json'],
      schema: z.object({
        settings: z.looseObject({}).meta({
          description:
            'Lists of values of which one must hold, ranges `{min, max}`, true or false. docs/detail-types.md lists every setting.',
          example: { city: ['New York'], state: ['NY'], building_area: { min: 100_000 } },
        }),
      }),
    },
    responses: {
      200: {
        description: 'A page',
        schema: z.object({
          count: integer({ description: 'Properties on all pages.' }),
          items: z.array(itemSchema),
          search_token: text().nullable(),
        }),
      },
      400: reonomyRefusals('The search cannot be read.', [
        ['invalid_parameter', 'settings contains unknown setting citty (nearest: city)'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      403: reonomyForbidden('You do not have permission to search properties'),
    },
  },
  async answer({ deps }, { request, caller }) {
    const token = queryParameters(request)['search_token'] ?? null;
    const {
      count,
      items,
      token: next,
    } = await searchProperties(deps, caller, request.unreadJson ?? request.body, token);
    return { count, items, search_token: next };
  },
};
