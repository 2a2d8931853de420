/** `POST /bulk_api/schedules`: an export on a calendar. */
import { createSchedule } from '../../../../jobs/schedules/schedules.ts';
import { scheduleSchema } from '../../../../wire/apartmentiq/schedule.ts';
import {
  parseScheduleRequest,
  scheduleRequestSchema,
  scheduleWarnings,
} from '../../../../wire/apartmentiq/schedule-request.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';
import { BATCH_JOB_BODY_LIMIT_BYTES } from '../jobs/create-batch-job.ts';
import { sendSchedule } from './schedule.ts';

export const createScheduleOperation: ProtectedOperation = {
  permission: 'change schedules',
  method: 'POST',
  path: '/bulk_api/schedules',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  asksForExport: true,
  document: {
    operationId: 'createSchedule',
    tag: 'Schedules',
    summary: 'Create Schedule',
    description:
      'Makes a batch job again and again, by the calendar: the fields of a batch job, with a rule in the place of its dates. Checked as ' +
      'a batch job is; the quota, and what your account may see by then, are matters of each run. Every planned instant gives exactly ' +
      'one run and at most one job, also after an outage. The jobs are those of the credential that makes the schedule. An account may have ' +
      'a hundred schedules, unless its operator sets another number; a further one is answered with 429. With `property_list` each run ' +
      'exports what the list holds by then; a list that a schedule uses is not deleted.',
    body: { contentTypes: ['application/json'], schema: scheduleRequestSchema },
    responses: {
      200: { description: 'The schedule, active', schema: scheduleSchema },
      400: badRequest({
        'Invalid Parameter': {
          code: 'invalid_parameter',
          message: 'time_zone must be the name of an IANA time zone, e.g. America/New_York',
        },
      }),
      401: UNAUTHORIZED,
      413: refused('Body too large', 'payload_too_large', 'The request body is larger than this call reads'),
      415: refused(
        'Body is not JSON',
        'unsupported_media_type',
        'the Content-Type is text/plain; this call takes application/json',
      ),
    },
  },
  async answer(door, { request, reply, caller }) {
    const { deps } = door;
    const asked = parseScheduleRequest(request.body, (url) => deps.webhooks.accepts(url));
    const made = await createSchedule(deps, caller, asked);
    const warnings = [...scheduleWarnings(request.body), ...made.warnings];
    return sendSchedule(door, reply, made, warnings.length > 0 ? { warnings } : {});
  },
};
