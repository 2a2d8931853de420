import { deleteSchedule } from '../../jobs/schedules.ts';
import { badRequest, forbidden, UNAUTHORIZED } from '../answers.ts';
import { type ProtectedOperation, pathParameter } from '../operation.ts';
import { SCHEDULE_NOT_FOUND, scheduleFields, scheduleIdParams, scheduleSummarySchema } from './schedule.ts';

export const deleteScheduleOperation: ProtectedOperation = {
  access: 'bearer',
  scope: 'exports:write',
  method: 'DELETE',
  path: '/bulk_api/schedules/:schedule_id',
  document: {
    operationId: 'deleteSchedule',
    tag: 'Schedules',
    summary: 'Delete Schedule',
    description: 'Removes the schedule and its list of runs; jobs that were made stay.',
    params: scheduleIdParams,
    responses: {
      200: { description: 'The schedule as it was, without its property ids', schema: scheduleSummarySchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'schedule_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to create or change schedules'),
      404: SCHEDULE_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    return scheduleFields(await deleteSchedule(door.deps, caller, pathParameter(request, 'schedule_id')));
  },
};
