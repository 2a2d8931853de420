/** The ApartmentIQ dialect: Bulk Data Export, and what we add to it. */
import { errorBody } from '../../../wire/apartmentiq/errors.ts';
import { APARTMENTIQ_ALIAS, APARTMENTIQ_PREFIX } from '../../../wire/apartmentiq/prefixes.ts';
import { ACCOUNT_PARAMETER } from '../../../wire/apartmentiq/request-body.ts';
import { forbidden, TOO_MANY_REQUESTS } from '../../server/answers.ts';
import { authenticateBearer, scopeChallenge } from '../../server/bearer.ts';
import type { Dialect } from '../../server/dialect.ts';
import { SCOPE_MEANINGS } from '../../server/operation.ts';
import { getDailyUsage } from './get-daily-usage.ts';
import { getReportType } from './get-report-type.ts';
import { getUsage } from './get-usage.ts';
import { cancelBatchJob } from './jobs/cancel-batch-job.ts';
import { createBatchJob } from './jobs/create-batch-job.ts';
import { downloadBatchJobResults } from './jobs/download-batch-job-results.ts';
import { estimateBatchJob } from './jobs/estimate-batch-job.ts';
import { followBatchJob, followBatchJobs } from './jobs/follow-batch-jobs.ts';
import { getBatchJob } from './jobs/get-batch-job.ts';
import { getManifest } from './jobs/get-manifest.ts';
import { getSummary } from './jobs/get-summary.ts';
import { listBatchJobs } from './jobs/list-batch-jobs.ts';
import { createKeyOperation, listKeysOperation, revokeKeyOperation, rotateKeyOperation } from './keys/keys.ts';
import { listAccounts } from './list-accounts.ts';
import { listReportTypes } from './list-report-types.ts';
import { changeListOperation } from './lists/change-list.ts';
import { countListOperation } from './lists/count-list.ts';
import { createListOperation } from './lists/create-list.ts';
import { deleteListOperation } from './lists/delete-list.ts';
import { getListOperation } from './lists/get-list.ts';
import { listListsOperation } from './lists/list-lists.ts';
import { lookupPropertyIds } from './lookup-property-ids.ts';
import { createScheduleOperation } from './schedules/create-schedule.ts';
import { deleteScheduleOperation } from './schedules/delete-schedule.ts';
import { getSchedule } from './schedules/get-schedule.ts';
import { listScheduleRunsOperation } from './schedules/list-schedule-runs.ts';
import { listSchedulesOperation } from './schedules/list-schedules.ts';
import { pauseScheduleOperation } from './schedules/pause-schedule.ts';
import { resumeScheduleOperation } from './schedules/resume-schedule.ts';
import { translatePropertyIds } from './translate-property-ids.ts';
import { WEBHOOKS } from './webhook-document.ts';
import { getWebhookDelivery } from './webhooks/get-webhook-delivery.ts';
import { getWebhookSecret } from './webhooks/get-webhook-secret.ts';
import { listWebhookDeliveries } from './webhooks/list-webhook-deliveries.ts';
import { redeliverWebhook } from './webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from './webhooks/rotate-webhook-secret.ts';
import { sendTestWebhook } from './webhooks/send-test-webhook.ts';

export const APARTMENTIQ: Dialect = {
  name: 'apartmentiq',
  prefixes: [APARTMENTIQ_PREFIX, APARTMENTIQ_ALIAS],
  rate: ({ rateLimitPerMinute: limit }) => ({ limit, windowSeconds: 60, windowName: 'minute' }),
  accountParameter: ACCOUNT_PARAMETER,
  authenticate: authenticateBearer,
  renderError: errorBody,
  scopeChallenge,
  operations: [
    createBatchJob,
    estimateBatchJob,
    listBatchJobs,
    getBatchJob,
    cancelBatchJob,
    downloadBatchJobResults,
    getManifest,
    getSummary,
    followBatchJob,
    followBatchJobs,
    createScheduleOperation,
    listSchedulesOperation,
    getSchedule,
    pauseScheduleOperation,
    resumeScheduleOperation,
    deleteScheduleOperation,
    listScheduleRunsOperation,
    listReportTypes,
    getReportType,
    lookupPropertyIds,
    translatePropertyIds,
    createListOperation,
    listListsOperation,
    countListOperation,
    getListOperation,
    changeListOperation,
    deleteListOperation,
    listAccounts,
    getUsage,
    getDailyUsage,
    listWebhookDeliveries,
    getWebhookDelivery,
    redeliverWebhook,
    sendTestWebhook,
    getWebhookSecret,
    rotateWebhookSecret,
    listKeysOperation,
    createKeyOperation,
    rotateKeyOperation,
    revokeKeyOperation,
  ],
  document: {
    security: {
      name: 'oauth2',
      scheme: (publicUrl) => ({
        type: 'oauth2',
        description: 'A bearer token, obtained via the OAuth client credentials flow, or a personal token.',
        flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth/token`, scopes: { ...SCOPE_MEANINGS } } },
      }),
    },
    responses: { 429: TOO_MANY_REQUESTS },
    forbidden,
    webhooks: WEBHOOKS,
  },
};
