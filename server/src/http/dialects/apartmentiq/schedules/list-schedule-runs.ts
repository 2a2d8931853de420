/** `GET /bulk_api/schedules/{schedule_id}/runs`: what became of each planned instant. */

import { listScheduleRuns } from '../../../../jobs/schedules/schedules.ts';
import { pageQuerySchema, parsePageRequest } from '../../../../wire/apartmentiq/pages.ts';
import {
  scheduleIdParams,
  scheduleRunListFields,
  scheduleRunListSchema,
} from '../../../../wire/apartmentiq/schedule.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter, queryParameters } from '../../../server/operation.ts';
import { SCHEDULE_NOT_FOUND } from './schedule.ts';

export const listScheduleRunsOperation: ProtectedOperation = {
  permission: 'view schedules',
  method: 'GET',
  path: '/bulk_api/schedules/:schedule_id/runs',
  unknownQuery: 'refused-if-meant',
  readQuery: parsePageRequest,
  document: {
    operationId: 'listScheduleRuns',
    tag: 'Schedules',
    summary: 'List Schedule Runs',
    description: 'What became of each planned instant, the latest first: a job, or why there is none.',
    params: scheduleIdParams,
    query: pageQuerySchema,
    responses: {
      200: { description: 'A page of runs', schema: scheduleRunListSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'schedule_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: SCHEDULE_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    const page = parsePageRequest(queryParameters(request));
    return scheduleRunListFields(
      await listScheduleRuns(door.deps, caller, pathParameter(request, 'schedule_id'), page),
    );
  },
};
