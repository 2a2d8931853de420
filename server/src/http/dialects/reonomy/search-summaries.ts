/** `POST /search/summaries`: the properties that meet every setting, in pages. */
import type { FastifyRequest } from 'fastify';
import type { Deps } from '../../../core/ports/deps.ts';
import { searchProperties } from '../../../properties/search.ts';
import {
  parseSearchRequest,
  parseSearchToken,
  searchPageFields,
  searchPageSchema,
  searchQuerySchema,
  searchRequestSchema,
} from '../../../wire/reonomy/search.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyRefusals } from './answers.ts';

const BODY_LIMIT_BYTES = 1_048_576;

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** A body that is not JSON is read like the file of a search job, which says where it stops being JSON. */
async function readBody({ intake }: Pick<Deps, 'intake'>, { unreadJson, body }: FastifyRequest): Promise<unknown> {
  return unreadJson === null ? body : intake.readObject(oneChunk(unreadJson), 'the search');
}

export const searchSummaries: ProtectedOperation = {
  permission: 'search properties',
  method: 'POST',
  path: '/search/summaries',
  bodyLimit: BODY_LIMIT_BYTES,
  unknownQuery: 'refused',
  document: {
    operationId: 'searchSummaries',
    tag: 'Properties',
    summary: 'Search Properties',
    description:
      'The properties that meet every setting, at most 10,000 an answer, or `limit`. While there are more, the answer has a `search_token`: ' +
      'send the same body again with it; on the last page it is null. All pages read the data that the first one read. A search costs no quota.',
    query: searchQuerySchema,
    body: { contentTypes: ['application/json'], schema: searchRequestSchema },
    responses: {
      200: { description: 'A page', schema: searchPageSchema },
      400: reonomyRefusals('The search cannot be read.', [
        ['invalid_parameter', 'settings contains unknown setting citty (nearest: city)'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    const token = parseSearchToken(queryParameters(request)['search_token']);
    const search = parseSearchRequest(await readBody(deps, request));
    return searchPageFields(await searchProperties(deps, caller, search, token));
  },
};
