import { NO_PERMISSION } from '../../jobs/read.ts';
import { readBatchJob } from '../../jobs/read-batch.ts';
import { type ProtectedOperation, pathParameter } from '../operation.ts';
import { jobIdParams } from '../schemas.ts';
import { BATCH_JOB_NOT_FOUND, BATCH_UNAUTHORIZED, batchForbidden, batchRefusals } from './answers.ts';
import { batchJobObject, batchJobObjectSchema } from './job-object.ts';

export const getFileJob: ProtectedOperation = {
  access: 'basic',
  scope: 'exports:read',
  method: 'GET',
  path: '/jobs/file/:job_id',
  document: {
    operationId: 'getFileJob',
    tag: 'Batch Jobs',
    summary: 'Get Batch Job',
    description: 'The job as it stands, with fresh links once its `status` is `SUCCESS`. Ask about once a second.',
    params: jobIdParams('The id that the upload was answered with.'),
    responses: {
      200: { description: 'The job', schema: batchJobObjectSchema },
      400: batchRefusals('The request was malformed.', [
        ['invalid_parameter', 'job_id must be a valid UUID'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: BATCH_UNAUTHORIZED,
      403: batchForbidden(NO_PERMISSION),
      404: BATCH_JOB_NOT_FOUND,
    },
  },
  async answer(door, { request, caller }) {
    return batchJobObject(door, await readBatchJob(door.deps, caller, pathParameter(request, 'job_id')));
  },
};

/** The contract's text calls it so in places. */
export const getFileJobAlias: ProtectedOperation = {
  ...getFileJob,
  path: '/job/file/:job_id',
  document: {
    ...getFileJob.document,
    operationId: 'getFileJobAlias',
    summary: 'Get Batch Job (alias)',
    description: 'The same as `GET /jobs/file/{job_id}`.',
  },
};
