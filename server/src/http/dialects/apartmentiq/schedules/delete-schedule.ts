/** `DELETE /bulk_api/schedules/{schedule_id}`: no more runs, and the list of runs is deleted. */
import { deleteSchedule } from '../../../../jobs/schedules/schedules.ts';
import { scheduleFields, scheduleIdParams, scheduleSummarySchema } from '../../../../wire/apartmentiq/schedule.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { scheduleChanged } from './schedule.ts';

export const deleteScheduleOperation: ProtectedOperation = {
  permission: 'change schedules',
  method: 'DELETE',
  path: '/bulk_api/schedules/:schedule_id',
  document: {
    operationId: 'deleteSchedule',
    tag: 'Schedules',
    summary: 'Delete Schedule',
    description: 'Removes the schedule and its list of runs; jobs that were made stay.',
    params: scheduleIdParams,
    responses: scheduleChanged('The schedule as it was, without its property ids', scheduleSummarySchema),
  },
  async answer(door, { request, caller }) {
    return scheduleFields(await deleteSchedule(door.deps, caller, pathParameter(request, 'schedule_id')));
  },
};
