/** What the routes of one schedule share: its answer, its refusals. */
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Schedule } from '../../../../core/schedules/schedule.ts';
import { schedulePropertyIds } from '../../../../jobs/schedules/schedules.ts';
import { textWithIds } from '../../../../wire/apartmentiq/batch-job.ts';
import { scheduleFields, scheduleSchema } from '../../../../wire/apartmentiq/schedule.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { Door, OperationDocument } from '../../../server/operation.ts';
import { sendText } from '../jobs/batch-job.ts';

/** Answers with the schedule and its ids, which are streamed if there are many. */
export async function sendSchedule(
  { deps }: Door,
  reply: FastifyReply,
  schedule: Schedule,
  more: Pick<z.infer<typeof scheduleSchema>, 'warnings'> = {},
): Promise<FastifyReply> {
  const ids = await schedulePropertyIds(deps, schedule);
  return sendText(reply, textWithIds({ ...scheduleFields(schedule), ...more }, ids), schedule.propertyCount);
}

export const SCHEDULE_NOT_FOUND = refused(
  'Schedule not found',
  'not_found',
  'Schedule with the specified ID does not exist',
);

/** The answers of every route that changes one schedule. */
export function scheduleChanged(
  description: string,
  schema: z.ZodType = scheduleSchema,
): OperationDocument['responses'] {
  return {
    200: { description, schema },
    400: badRequest({
      'Invalid Parameter': { code: 'invalid_parameter', message: 'schedule_id must be a valid UUID' },
    }),
    401: UNAUTHORIZED,
    404: SCHEDULE_NOT_FOUND,
  };
}
