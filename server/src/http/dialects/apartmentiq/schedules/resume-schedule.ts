/** `POST /bulk_api/schedules/{schedule_id}/resume`: runs again, for the credential that resumes it. */

import { resumeSchedule } from '../../../../jobs/schedules/schedules.ts';
import { scheduleIdParams } from '../../../../wire/apartmentiq/schedule.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { scheduleChanged, sendSchedule } from './schedule.ts';

export const resumeScheduleOperation: ProtectedOperation = {
  permission: 'change schedules',
  method: 'POST',
  path: '/bulk_api/schedules/:schedule_id/resume',
  document: {
    operationId: 'resumeSchedule',
    tag: 'Schedules',
    summary: 'Resume Schedule',
    description:
      'Goes on with the next planned instant; what was missed while paused is not made up for. From now on the jobs are those of the credential ' +
      'that resumes, also where the schedule was not paused: do this before the credential that made it is revoked.',
    params: scheduleIdParams,
    responses: scheduleChanged('The schedule, active'),
  },
  async answer(door, { request, reply, caller }) {
    const schedule = await resumeSchedule(door.deps, caller, pathParameter(request, 'schedule_id'));
    return sendSchedule(door, reply, schedule);
  },
};
