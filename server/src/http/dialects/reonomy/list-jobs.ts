/** `GET /jobs/file`: the access key’s file jobs, newest first. */
import { listFileJobs } from '../../../jobs/read-file-job.ts';
import { createFileJobLinks } from '../../../jobs/results/links.ts';
import {
  fileJobFields,
  fileJobListQuerySchema,
  fileJobListSchema,
  parseFileJobList,
} from '../../../wire/reonomy/file-job.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyRefusals } from './answers.ts';

export const listFileJobsOperation: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/jobs/file',
  unknownQuery: 'refused-if-meant',
  readQuery: parseFileJobList,
  document: {
    operationId: 'listFileJobs',
    tag: 'Batch Jobs',
    summary: 'List Batch Jobs',
    description: 'The jobs of this access key, newest first. With `limit=1`: the most recent one.',
    query: fileJobListQuerySchema,
    responses: {
      200: { description: 'A page of jobs', schema: fileJobListSchema },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'limit must be an integer between 1 and 1000'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
    },
  },
  async answer({ deps }, { request, caller }) {
    const { items, count } = await listFileJobs(deps, caller, parseFileJobList(queryParameters(request)));
    const links = await createFileJobLinks(deps, caller, items);
    const now = deps.clock();
    return { count, items: items.map((job) => fileJobFields(job, { now, links: links.get(job.id) })) };
  },
};
