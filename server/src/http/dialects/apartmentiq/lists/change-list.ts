/** `PATCH /property_lists/{list}`: another name, other properties, or both. */
import { changeList } from '../../../../properties/lists/lists.ts';
import { savedListParams, savedListSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import {
  parseSavedListChanges,
  savedListChangesSchema,
  savedListWarnings,
} from '../../../../wire/apartmentiq/lists/saved-list-request.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { BATCH_JOB_BODY_LIMIT_BYTES } from '../jobs/create-batch-job.ts';
import { BODY_REFUSALS, LIST_NOT_FOUND, sendWritten } from './saved-list.ts';

export const changeListOperation: ProtectedOperation = {
  permission: 'change lists',
  method: 'PATCH',
  path: '/property_lists/:list',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  asksForExport: true,
  document: {
    operationId: 'changeSavedList',
    tag: 'Property Lists',
    summary: 'Change List',
    description:
      'Renames a list, or gives it other properties in the place of those that it had. What was left out stays. Jobs that were made ' +
      'by the list stay as they are; schedules that use it export what it holds by each of their runs.',
    params: savedListParams,
    body: { contentTypes: ['application/json'], schema: savedListChangesSchema },
    responses: {
      200: { description: 'The list as it is now', schema: savedListSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'name, property_ids or filter is required: give what is to be changed',
        },
      }),
      401: UNAUTHORIZED,
      404: LIST_NOT_FOUND,
      ...BODY_REFUSALS,
    },
  },
  async answer(door, { request, reply, caller }) {
    const changes = parseSavedListChanges(request.body);
    const written = await changeList(door.deps, caller, pathParameter(request, 'list'), changes);
    return sendWritten(door, reply, written, savedListWarnings(request.body));
  },
};
