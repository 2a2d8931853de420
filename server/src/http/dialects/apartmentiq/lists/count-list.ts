/** `POST /property_lists/count`: how many properties a list means now, or a filter that may become one. */
import { countList } from '../../../../properties/lists/lists.ts';
import { savedListCountSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import {
  parseSavedListCount,
  savedListCountRequestSchema,
} from '../../../../wire/apartmentiq/lists/saved-list-request.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';

export const countListOperation: ProtectedOperation = {
  permission: 'look up properties',
  method: 'POST',
  path: '/property_lists/count',
  document: {
    operationId: 'countSavedList',
    tag: 'Property Lists',
    summary: 'Count List',
    description:
      'How many properties a saved list, `@all`, or a filter that is not saved yet means now. Costs no quota. An unsaved filter is judged ' +
      'as it would be when it is saved.',
    body: { contentTypes: ['application/json'], schema: savedListCountRequestSchema },
    responses: {
      200: { description: 'The number', schema: savedListCountSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'filter: condition, character 1: there is no column sate (nearest: state)',
        },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    const { count, leftOut } = await countList(deps, caller, parseSavedListCount(request.body));
    return { count, left_out: leftOut };
  },
};
