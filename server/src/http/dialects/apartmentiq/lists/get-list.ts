/** `GET /property_lists/{list}`: one list, with its ids. */
import { readList } from '../../../../properties/lists/lists.ts';
import { savedListParams, savedListSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import { UNAUTHORIZED } from '../../../server/answers.ts';
import { awaitLongAnswer } from '../../../server/long-answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { LIST_NOT_FOUND, sendList } from './saved-list.ts';

export const getListOperation: ProtectedOperation = {
  permission: 'view lists',
  method: 'GET',
  path: '/property_lists/:list',
  document: {
    operationId: 'getSavedList',
    tag: 'Property Lists',
    summary: 'Get List',
    description: 'A list of your account, by its id or its name, with its property ids or its filter.',
    params: savedListParams,
    responses: {
      200: { description: 'The list', schema: savedListSchema },
      401: UNAUTHORIZED,
      404: LIST_NOT_FOUND,
    },
  },
  async answer(door, { request, reply, caller }) {
    const list = await readList(door.deps, caller, pathParameter(request, 'list'));
    await awaitLongAnswer(door.longAnswers, caller, reply, list.propertyCount ?? 0);
    return sendList(door, reply, list);
  },
};
