/** Why there is no result: the same for its file and for its manifest. */
import { badRequest, JOB_NOT_FOUND, refused, UNAUTHORIZED } from '../../../server/answers.ts';

export const RESULT_REFUSALS = {
  400: badRequest({
    'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
    'Job Not Complete': {
      code: 'invalid_operation',
      message: 'Results are not available because the job has not completed successfully',
    },
  }),
  401: UNAUTHORIZED,
  404: JOB_NOT_FOUND,
  410: refused(
    'Results deleted at the end of their retention',
    'gone',
    'The results were deleted on 2026-01-31T00:00:00.000Z; submit the job again',
  ),
};
