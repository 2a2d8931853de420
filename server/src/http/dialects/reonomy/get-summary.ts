/** `GET /jobs/file/{job_id}/summary`: what the files of a file job hold, as figures. */
import { jobIdParams } from '../../../wire/fields.ts';
import { summaryFields, summarySchema } from '../../../wire/summary.ts';
import { type ProtectedOperation, pathParameter } from '../../server/operation.ts';
import { FILE_JOB_NOT_FOUND, REONOMY_UNAUTHORIZED, reonomyRefusal, reonomyRefusals } from './answers.ts';

export const getFileJobSummary: ProtectedOperation = {
  permission: 'download results',
  method: 'GET',
  path: '/jobs/file/:job_id/summary',
  document: {
    operationId: 'getFileJobSummary',
    tag: 'Batch Jobs',
    summary: 'Get Batch Job Summary',
    description:
      'What the files of a job with `status` `SUCCESS` hold: about each column how many rows have no value, the least and the greatest one, ' +
      'how many there are and how they spread; and the figures of charts and of a map. For a match and a search they are those of the ' +
      'properties that were found, as a search shows them now: to an access key without the scope `data:read` they are not told. ' +
      'Counts for no quota. Results of more than 256 MiB or 100 million values are not summarised.',
    params: jobIdParams('The id that the upload was answered with.'),
    responses: {
      200: { description: 'The summary', schema: summarySchema },
      400: reonomyRefusals('The request was malformed, or there are no files.', [
        ['invalid_parameter', 'job_id must be a valid UUID'],
        ['invalid_operation', 'Results are not available because the job has not completed successfully'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      404: FILE_JOB_NOT_FOUND,
      410: reonomyRefusal(
        'Files deleted at the end of their retention',
        'gone',
        'The results were deleted on 2026-01-31T00:00:00.000Z; submit the job again',
      ),
      503: reonomyRefusal(
        'It took too long',
        'unavailable',
        'Summarising the result took too long; try again, or download the file',
      ),
    },
  },
  async answer({ summaries }, { request, caller }) {
    return summaryFields(await summaries.ofFileJob(caller, pathParameter(request, 'job_id')));
  },
};
