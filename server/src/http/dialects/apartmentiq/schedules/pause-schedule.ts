/** `POST /bulk_api/schedules/{schedule_id}/pause`: no run until it is resumed. */

import { pauseSchedule } from '../../../../jobs/schedules/schedules.ts';
import { scheduleIdParams } from '../../../../wire/apartmentiq/schedule.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { scheduleChanged, sendSchedule } from './schedule.ts';

export const pauseScheduleOperation: ProtectedOperation = {
  permission: 'change schedules',
  method: 'POST',
  path: '/bulk_api/schedules/:schedule_id/pause',
  document: {
    operationId: 'pauseSchedule',
    tag: 'Schedules',
    summary: 'Pause Schedule',
    description:
      'No job is made from now on, and runs that wait for their data are skipped; jobs that were made go on. Pausing twice is fine.',
    params: scheduleIdParams,
    responses: scheduleChanged('The schedule, paused'),
  },
  async answer(door, { request, reply, caller }) {
    const schedule = await pauseSchedule(door.deps, caller, pathParameter(request, 'schedule_id'));
    return sendSchedule(door, reply, schedule);
  },
};
