import { createDownloadLink } from '../../jobs/download.ts';
import { badRequest, forbidden, JOB_NOT_FOUND, refused, UNAUTHORIZED } from '../answers.ts';
import { type ProtectedOperation, pathParameter } from '../operation.ts';
import { jobIdParams } from '../schemas.ts';

export const downloadBatchJobResults: ProtectedOperation = {
  access: 'bearer',
  scope: 'exports:read',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id/results',
  document: {
    operationId: 'downloadBatchJobResults',
    tag: 'Bulk Data Export',
    summary: 'Download Batch Job Results',
    description:
      'Download the results of a completed batch job. Returns a 302 redirect to a pre-signed URL where the file can be ' +
      "downloaded. The pre-signed URL is valid for 7 days. Jobs must have a status of 'succeeded' to download results.",
    params: jobIdParams('UUID of the completed batch job.'),
    responses: {
      302: {
        description: 'Redirect to pre-signed URL for file download',
        headers: {
          Location: {
            description: 'Pre-signed URL for downloading the results file',
            type: 'string',
            format: 'uri',
          },
        },
      },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
        'Job Not Complete': {
          code: 'invalid_operation',
          message: 'Results are not available because the job has not completed successfully',
        },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to download results for this job'),
      404: JOB_NOT_FOUND,
      410: refused(
        'Results deleted at the end of their retention',
        'gone',
        'The results were deleted on 2026-01-31T00:00:00.000Z; submit the job again',
      ),
    },
  },
  async answer({ deps }, { request, reply, caller }) {
    const { url } = await createDownloadLink(deps, caller, pathParameter(request, 'job_id'));
    return reply.redirect(url, 302);
  },
};
