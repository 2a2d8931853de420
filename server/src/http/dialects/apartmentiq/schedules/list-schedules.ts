/** `GET /bulk_api/schedules`: the account’s schedules, a page at a time. */

import { listSchedules } from '../../../../jobs/schedules/schedules.ts';
import { pageQuerySchema, parsePageRequest } from '../../../../wire/apartmentiq/pages.ts';
import { scheduleListFields, scheduleListSchema } from '../../../../wire/apartmentiq/schedule.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../../server/operation.ts';

export const listSchedulesOperation: ProtectedOperation = {
  permission: 'view schedules',
  method: 'GET',
  path: '/bulk_api/schedules',
  unknownQuery: 'refused-if-meant',
  readQuery: parsePageRequest,
  document: {
    operationId: 'listSchedules',
    tag: 'Schedules',
    summary: 'List Schedules',
    description: 'The schedules of your account, newest first, without their property ids.',
    query: pageQuerySchema,
    responses: {
      200: { description: 'A page of schedules', schema: scheduleListSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'per_page must be an integer between 1 and 100',
        },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer(door, { request, caller }) {
    const page = parsePageRequest(queryParameters(request));
    return scheduleListFields(await listSchedules(door.deps, caller, page));
  },
};
