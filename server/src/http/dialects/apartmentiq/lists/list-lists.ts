/** `GET /property_lists`: the account’s lists, a page at a time. */
import { listLists } from '../../../../properties/lists/lists.ts';
import { savedListPageFields, savedListPageSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import { pageQuerySchema, parsePageRequest } from '../../../../wire/apartmentiq/pages.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../../server/operation.ts';

export const listListsOperation: ProtectedOperation = {
  permission: 'view lists',
  method: 'GET',
  path: '/property_lists',
  unknownQuery: 'refused-if-meant',
  readQuery: parsePageRequest,
  document: {
    operationId: 'listSavedLists',
    tag: 'Property Lists',
    summary: 'List Lists',
    description: 'The lists of your account, by name, without their property ids.',
    query: pageQuerySchema,
    responses: {
      200: { description: 'A page of lists', schema: savedListPageSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'per_page must be an integer between 1 and 100' },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer(door, { request, caller }) {
    return savedListPageFields(await listLists(door.deps, caller, parsePageRequest(queryParameters(request))));
  },
};
