/** `GET /bulk_api/schedules/{schedule_id}`: the state of a schedule. */
import { readSchedule } from '../../../../jobs/schedules/schedules.ts';
import { scheduleIdParams, scheduleSchema } from '../../../../wire/apartmentiq/schedule.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { awaitLongAnswer } from '../../../server/long-answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { SCHEDULE_NOT_FOUND, sendSchedule } from './schedule.ts';

export const getSchedule: ProtectedOperation = {
  permission: 'view schedules',
  method: 'GET',
  path: '/bulk_api/schedules/:schedule_id',
  document: {
    operationId: 'getSchedule',
    tag: 'Schedules',
    summary: 'Get Schedule',
    description: 'A schedule of your account, with its property ids.',
    params: scheduleIdParams,
    responses: {
      200: { description: 'The schedule', schema: scheduleSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'schedule_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: SCHEDULE_NOT_FOUND,
    },
  },
  async answer(door, { request, reply, caller }) {
    const schedule = await readSchedule(door.deps, caller, pathParameter(request, 'schedule_id'));
    await awaitLongAnswer(door.longAnswers, caller, reply, schedule.propertyCount);
    return sendSchedule(door, reply, schedule);
  },
};
