/** `GET /bulk_api/jobs/{job_id}/summary`: what the file of a report job holds, as figures. */
import { jobIdParams } from '../../../../wire/fields.ts';
import { summaryFields, summarySchema } from '../../../../wire/summary.ts';
import { refused } from '../../../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../../../server/operation.ts';
import { RESULT_REFUSALS } from './result-refusals.ts';

export const getSummary: ProtectedOperation = {
  permission: 'download results',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id/summary',
  document: {
    operationId: 'getBatchJobSummary',
    tag: 'Bulk Data Export',
    summary: 'Get Batch Job Summary',
    description:
      'What the file of a succeeded job holds: about each column how many rows have no value, the least and the greatest one, ' +
      'how many there are and how they spread; and the figures of charts over days, states and cities, and of a map. ' +
      'Counts for no quota. Results of more than 256 MiB or 100 million values are not summarised.',
    params: jobIdParams('UUID of the completed batch job.'),
    responses: {
      200: { description: 'The summary', schema: summarySchema },
      ...RESULT_REFUSALS,
      503: refused(
        'It took too long',
        'unavailable',
        'Summarising the result took too long; try again, or download the file',
      ),
    },
  },
  async answer({ summaries }, { request, caller }) {
    return summaryFields(await summaries.ofReport(caller, pathParameter(request, 'job_id')));
  },
};
