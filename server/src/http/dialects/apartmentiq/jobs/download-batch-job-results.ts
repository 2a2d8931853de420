/** `GET /bulk_api/jobs/{job_id}/results`: to the file of a report job, by a redirect. */

import { createDownloadLink } from '../../../../jobs/results/download.ts';
import { jobIdParams } from '../../../../wire/fields.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { RESULT_REFUSALS } from './result-refusals.ts';

export const downloadBatchJobResults: ProtectedOperation = {
  permission: 'download results',
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
      ...RESULT_REFUSALS,
    },
  },
  async answer({ deps }, { request, reply, caller }) {
    const { url } = await createDownloadLink(deps, caller, pathParameter(request, 'job_id'));
    return reply.redirect(url, 302);
  },
};
