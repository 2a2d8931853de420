/** `GET /bulk_api/jobs`: the account’s report jobs, a page at a time. */
import { listJobs } from '../../../../jobs/read.ts';
import { batchJobListSchema } from '../../../../wire/apartmentiq/batch-job.ts';
import { jobListQuerySchema, parseJobListRequest } from '../../../../wire/apartmentiq/job-list.ts';
import { paginationFields } from '../../../../wire/apartmentiq/pages.ts';
import { badRequest, UNAUTHORIZED } from '../../../server/answers.ts';
import { type ProtectedOperation, queryParameters } from '../../../server/operation.ts';
import { sendBatchJobs } from './batch-job.ts';

export const listBatchJobs: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/bulk_api/jobs',
  unknownQuery: 'refused-if-meant',
  readQuery: parseJobListRequest,
  document: {
    operationId: 'listBatchJobs',
    tag: 'Bulk Data Export',
    summary: 'List Batch Jobs',
    description:
      'The batch jobs of your account, newest first: all of them, or those that meet every filter that is given.',
    query: jobListQuerySchema,
    responses: {
      200: { description: 'A page of jobs', schema: batchJobListSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'per_page must be an integer between 1 and 100' },
      }),
      401: UNAUTHORIZED,
    },
  },
  async answer(door, { request, reply, caller }) {
    const { page, filter } = parseJobListRequest(queryParameters(request));
    const jobs = await listJobs(door.deps, caller, page, filter);
    return sendBatchJobs(door, { reply, caller }, jobs.items, paginationFields(jobs));
  },
};
