import { pauseSchedule } from '../../jobs/schedules.ts';
import { badRequest, forbidden, UNAUTHORIZED } from '../answers.ts';
import { type ProtectedOperation, pathParameter } from '../operation.ts';
import { SCHEDULE_NOT_FOUND, scheduleIdParams, scheduleSchema, sendSchedule } from './schedule.ts';

export const pauseScheduleOperation: ProtectedOperation = {
  access: 'bearer',
  scope: 'exports:write',
  method: 'POST',
  path: '/bulk_api/schedules/:schedule_id/pause',
  document: {
    operationId: 'pauseSchedule',
    tag: 'Schedules',
    summary: 'Pause Schedule',
    description:
      'No job is made from now on, and runs that wait for their data are skipped; jobs that were made go on. Pausing twice is fine.',
    params: scheduleIdParams,
    responses: {
      200: { description: 'The schedule, paused', schema: scheduleSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'schedule_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to create or change schedules'),
      404: SCHEDULE_NOT_FOUND,
    },
  },
  async answer(door, { request, reply, caller }) {
    const schedule = await pauseSchedule(door.deps, caller, pathParameter(request, 'schedule_id'));
    return sendSchedule(door, reply, schedule);
  },
};
