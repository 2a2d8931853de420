/** `GET /bulk_api/jobs/{job_id}`: the state of a report job. */

import { showJob } from '../../../../jobs/read.ts';
import { batchJobSchema } from '../../../../wire/apartmentiq/batch-job.ts';
import { jobIdParams } from '../../../../wire/fields.ts';
import { badRequest, JOB_NOT_FOUND, UNAUTHORIZED } from '../../../server/answers.ts';
import { awaitLongAnswer, IDS_IN_ONE_PIECE } from '../../../server/long-answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { sendShownJob } from './batch-job.ts';

export const getBatchJob: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id',
  document: {
    operationId: 'getBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Get Batch Job Status',
    description:
      'The job as it stands. Poll it until `status` is no longer `submitted`; `Retry-After` says when to ask again.',
    params: jobIdParams('UUID of the batch job.'),
    responses: {
      200: {
        description: 'The job',
        schema: batchJobSchema,
        headers: {
          'Retry-After': { description: 'While the job has not ended: seconds until asking again.', type: 'integer' },
          'X-Progress': { description: 'While the job has not ended: how far it is, as `64%`.', type: 'string' },
        },
      },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: JOB_NOT_FOUND,
    },
  },
  async answer(door, { request, reply, caller }) {
    const shown = await showJob(door.deps, caller, pathParameter(request, 'job_id'), IDS_IN_ONE_PIECE);
    await awaitLongAnswer(door.longAnswers, caller, reply, shown.job.propertyCount);
    return sendShownJob(door, reply, shown);
  },
};
