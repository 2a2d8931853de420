/** `GET /jobs/file/{job_id}`, and its other spelling: the state of a file job. */
import { readFileJob } from '../../../jobs/read-file-job.ts';
import { createFileJobLinks } from '../../../jobs/results/links.ts';
import { jobIdParams } from '../../../wire/fields.ts';
import { fileJobFields, fileJobSchema } from '../../../wire/reonomy/file-job.ts';
import { type ProtectedOperation, pathParameter } from '../../server/operation.ts';
import { FILE_JOB_NOT_FOUND, REONOMY_UNAUTHORIZED, reonomyRefusals } from './answers.ts';

export const getFileJob: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/jobs/file/:job_id',
  document: {
    operationId: 'getFileJob',
    tag: 'Batch Jobs',
    summary: 'Get Batch Job',
    description: 'The job as it stands, with fresh links once its `status` is `SUCCESS`. Ask about once a second.',
    params: jobIdParams('The id that the upload was answered with.'),
    responses: {
      200: { description: 'The job', schema: fileJobSchema },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'job_id must be a valid UUID'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      404: FILE_JOB_NOT_FOUND,
    },
  },
  async answer({ deps }, { request, caller }) {
    const job = await readFileJob(deps, caller, pathParameter(request, 'job_id'));
    const links = await createFileJobLinks(deps, caller, [job]);
    return fileJobFields(job, { now: deps.clock(), links: links.get(job.id), isWhole: true });
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
