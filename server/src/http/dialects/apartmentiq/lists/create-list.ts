/** `POST /property_lists`: properties under a name. */
import { createList } from '../../../../properties/lists/lists.ts';
import { savedListSchema } from '../../../../wire/apartmentiq/lists/saved-list.ts';
import {
  parseSavedListRequest,
  savedListRequestSchema,
  savedListWarnings,
} from '../../../../wire/apartmentiq/lists/saved-list-request.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';
import { BATCH_JOB_BODY_LIMIT_BYTES } from '../jobs/create-batch-job.ts';
import { BODY_REFUSALS, sendWritten } from './saved-list.ts';

export const createListOperation: ProtectedOperation = {
  permission: 'change lists',
  method: 'POST',
  path: '/property_lists',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  asksForExport: true,
  document: {
    operationId: 'createSavedList',
    tag: 'Property Lists',
    summary: 'Create List',
    description:
      'Saves properties under a name, by which jobs, estimates and schedules may ask for them (`property_list`): their ids, or a filter, ' +
      'which is judged each time the list is used. Ids of no property that your account may see are kept, named in `warnings`, and ' +
      'left out of exports while that is so. An account may have a hundred lists, unless its operator sets another number; a further ' +
      'one is answered with 429.',
    body: { contentTypes: ['application/json'], schema: savedListRequestSchema },
    responses: {
      200: { description: 'The list', schema: savedListSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'property_ids or filter is required: give one of them',
        },
      }),
      401: UNAUTHORIZED,
      ...BODY_REFUSALS,
    },
  },
  async answer(door, { request, reply, caller }) {
    const asked = parseSavedListRequest(request.body);
    return sendWritten(door, reply, await createList(door.deps, caller, asked), savedListWarnings(request.body));
  },
};
