/** `GET /bulk_api/jobs/{job_id}/manifest`: what is in the files of a report job. */
import { readResult } from '../../../../jobs/results/download.ts';
import { manifestFields, manifestSchema } from '../../../../wire/apartmentiq/manifest.ts';
import { jobIdParams } from '../../../../wire/fields.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { RESULT_REFUSALS } from './result-refusals.ts';

export const getManifest: ProtectedOperation = {
  permission: 'download results',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id/manifest',
  document: {
    operationId: 'getBatchJobManifest',
    tag: 'Bulk Data Export',
    summary: 'Get Batch Job Manifest',
    description: 'The files of a succeeded job with rows, bytes, SHA-256, columns and data version.',
    params: jobIdParams('UUID of the completed batch job.'),
    responses: {
      200: { description: 'The manifest', schema: manifestSchema },
      ...RESULT_REFUSALS,
    },
  },
  async answer({ deps }, { request, caller }) {
    return manifestFields(await readResult(deps, caller, pathParameter(request, 'job_id')));
  },
};
