/** What operators do over HTTP: a door of its own, with a document of its own, for credentials of no customer. */
import { errorBody } from '../../wire/apartmentiq/errors.ts';
import { forbidden, TOO_MANY_REQUESTS } from '../server/answers.ts';
import { authenticateBearer, scopeChallenge } from '../server/bearer.ts';
import type { Dialect } from '../server/dialect.ts';
import {
  createCustomer,
  deleteCustomer,
  getCustomer,
  listCustomers,
  renameCustomer,
  resumeCustomer,
  suspendCustomer,
} from './accounts.ts';
import { getVersion, getWarehouse, listVersions } from './data.ts';
import { getGrants, replaceGrantsOperation } from './grants.ts';
import { getLoadRecord, getRejectedRows, listLoads } from './load-history.ts';
import { createLoad, getLoad, getLoadRejects } from './loads.ts';
import { cancelJobOfAny, getJobOfAny, getQueue, listFailedWebhooks, listJobsOfAll, resendWebhook } from './queue.ts';
import { getQuota, inviteOperator, inviteToAccount, setQuotaOperation } from './quota.ts';
import { getSystem, listAudit, listNodes } from './system.ts';
import { appendToUploadOperation, createUpload, deleteUploadOperation, getUpload, listUploads } from './uploads.ts';

export const ADMIN: Dialect = {
  name: 'admin',
  prefixes: ['/admin/v1'],
  rate: ({ rateLimitPerMinute: limit }) => ({ limit, windowSeconds: 60, windowName: 'minute' }),
  authenticate: authenticateBearer,
  renderError: errorBody,
  scopeChallenge,
  operations: [
    listCustomers,
    createCustomer,
    getCustomer,
    renameCustomer,
    deleteCustomer,
    suspendCustomer,
    resumeCustomer,
    getQuota,
    setQuotaOperation,
    getGrants,
    replaceGrantsOperation,
    inviteToAccount,
    getQueue,
    listJobsOfAll,
    getJobOfAny,
    cancelJobOfAny,
    listFailedWebhooks,
    resendWebhook,
    getWarehouse,
    listVersions,
    getVersion,
    listLoads,
    getLoadRecord,
    getRejectedRows,
    listUploads,
    createUpload,
    getUpload,
    appendToUploadOperation,
    deleteUploadOperation,
    createLoad,
    getLoad,
    getLoadRejects,
    listAudit,
    listNodes,
    getSystem,
    inviteOperator,
  ],
  document: {
    security: {
      name: 'operator',
      scheme: (publicUrl) => ({
        type: 'oauth2',
        description: 'A bearer token of an operator’s access key, or an operator’s personal token.',
        flows: {
          clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes: { admin: 'Operate the server.' } },
        },
      }),
    },
    responses: { 429: TOO_MANY_REQUESTS },
    forbidden,
  },
};
