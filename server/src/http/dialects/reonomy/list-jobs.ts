/** `GET /jobs/file`: the access key’s file jobs, newest first. */
import { z } from 'zod';
import { NO_PERMISSION } from '../../../jobs/read.ts';
import { listFileJobs } from '../../../jobs/read-file-job.ts';
import { createFileJobLinks } from '../../../jobs/results/links.ts';
import { integer } from '../../../wire/fields.ts';
import { type ProtectedOperation, queryParameters } from '../../server/operation.ts';
import { REONOMY_UNAUTHORIZED, reonomyForbidden, reonomyRefusals } from './answers.ts';
import { fileJobObject, fileJobSchema } from './job-object.ts';

export const listFileJobsOperation: ProtectedOperation = {
  scope: 'exports:read',
  method: 'GET',
  path: '/jobs/file',
  document: {
    operationId: 'listFileJobs',
    tag: 'Batch Jobs',
    summary: 'List Batch Jobs',
    description: 'The jobs of this access key, newest first. With `limit=1`: the most recent one.',
    query: z.object({
      limit: integer({ minimum: 1, maximum: 1000, default: 100 }).optional(),
      offset: integer({ minimum: 0, default: 0, description: 'Jobs to pass over.' }).optional(),
    }),
    responses: {
      200: {
        description: 'A page of jobs',
        schema: z.object({
          count: integer({ description: 'Jobs of this access key that are kept.' }),
          items: z.array(fileJobSchema),
        }),
      },
      400: reonomyRefusals('The request was malformed.', [
        ['invalid_parameter', 'limit must be an integer between 1 and 1000'],
        ['user_agent_required', 'The request must have a User-Agent header that names your program'],
      ]),
      401: REONOMY_UNAUTHORIZED,
      403: reonomyForbidden(NO_PERMISSION),
    },
  },
  async answer({ deps }, { request, caller }) {
    const { items, count } = await listFileJobs(deps, caller, queryParameters(request));
    const links = await createFileJobLinks(deps, caller, items);
    const now = deps.clock();
    return { count, items: items.map((job) => fileJobObject(job, { now, links: links.get(job.id) })) };
  },
};
