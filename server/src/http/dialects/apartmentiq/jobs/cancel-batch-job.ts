/** `DELETE /bulk_api/jobs/{job_id}`: ends a report job. */

import { cancelReportJob } from '../../../../jobs/cancel.ts';
import { batchJobSchema } from '../../../../wire/apartmentiq/batch-job.ts';
import { jobIdParams } from '../../../../wire/fields.ts';
import { badRequest, JOB_NOT_FOUND, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { sendBatchJob } from './batch-job.ts';

export const cancelBatchJob: ProtectedOperation = {
  permission: 'cancel jobs',
  method: 'DELETE',
  path: '/bulk_api/jobs/:job_id',
  document: {
    operationId: 'cancelBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Cancel Batch Job',
    description:
      'Ends a job that has not ended. A cancelled job cannot be resumed; cancelling it again answers the same again.',
    params: jobIdParams('UUID of the batch job.'),
    responses: {
      200: { description: 'The cancelled job', schema: batchJobSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
        'Job Has Ended': {
          code: 'invalid_operation',
          message: 'The job has already succeeded and cannot be cancelled',
        },
      }),
      401: UNAUTHORIZED,
      404: JOB_NOT_FOUND,
    },
  },
  async answer(door, { request, reply, caller }) {
    const job = await cancelReportJob(door.deps, caller, pathParameter(request, 'job_id'));
    return sendBatchJob(door, reply, job);
  },
};
