/** `DELETE /property_lists/{list}`: unless a schedule uses it. */
import { deleteList } from '../../../../properties/lists/lists.ts';
import {
  savedListFields,
  savedListParams,
  savedListSummarySchema,
} from '../../../../wire/apartmentiq/lists/saved-list.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { LIST_NOT_FOUND } from './saved-list.ts';

export const deleteListOperation: ProtectedOperation = {
  permission: 'change lists',
  method: 'DELETE',
  path: '/property_lists/:list',
  document: {
    operationId: 'deleteSavedList',
    tag: 'Property Lists',
    summary: 'Delete List',
    description:
      'Removes a list; jobs that were made by it stay as they are. A list that a schedule uses is not removed: the answer names the schedules.',
    params: savedListParams,
    responses: {
      200: { description: 'The list as it was, without its property ids', schema: savedListSummarySchema },
      400: badRequest({
        'List Is Used': {
          code: 'invalid_operation',
          message:
            'The list Texas is not deleted, because it is used by the schedule 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10; delete it first, or change the list',
        },
      }),
      401: UNAUTHORIZED,
      404: LIST_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    return savedListFields(await deleteList(door.deps, caller, pathParameter(request, 'list')));
  },
};
