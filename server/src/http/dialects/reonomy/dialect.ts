/** The Reonomy dialect: batch jobs from uploaded files, searches, single properties. */
import { REONOMY_STATUSES, reonomyErrorBody } from '../../../wire/reonomy/errors.ts';
import type { Dialect } from '../../server/dialect.ts';
import { REONOMY_RATE_LIMITED, reonomyForbidden } from './answers.ts';
import { authenticateBasic, requireUserAgent } from './basic.ts';
import { createFileJobOperation } from './create-job.ts';
import { getFileJob, getFileJobAlias } from './get-job.ts';
import { getProperties } from './get-properties.ts';
import { getProperty } from './get-property.ts';
import { getFileJobSummary } from './get-summary.ts';
import { getUser } from './get-user.ts';
import { listFileJobsOperation } from './list-jobs.ts';
import { resolveProperty } from './resolve-property.ts';
import { searchSummaries } from './search-summaries.ts';

export const REONOMY: Dialect = {
  name: 'reonomy',
  // Some public clients have the whole interface below /api.
  prefixes: ['/v2', '/api/v2'],
  rate: ({ reonomyRateLimitPerSecond: limit }) => ({ limit, windowSeconds: 1, windowName: 'second' }),
  authenticate: authenticateBasic,
  checkHeaders: requireUserAgent,
  renderError: reonomyErrorBody,
  statuses: REONOMY_STATUSES,
  operations: [
    createFileJobOperation,
    listFileJobsOperation,
    getFileJob,
    getFileJobAlias,
    getFileJobSummary,
    searchSummaries,
    resolveProperty,
    getProperty,
    getProperties,
    getUser,
  ],
  document: {
    security: {
      name: 'basic',
      scheme: () => ({
        type: 'http',
        scheme: 'basic',
        description:
          'The Reonomy dialect: access key as the user name, secret as the password. `User-Agent` is required.',
      }),
    },
    responses: { 429: REONOMY_RATE_LIMITED },
    forbidden: reonomyForbidden,
  },
};
