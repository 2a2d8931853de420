/** Every operation of the door: what is not in here does not exist, neither as a route nor in the OpenAPI document. */

import { getReportType } from './dialects/apartmentiq/get-report-type.ts';
import { getUsage } from './dialects/apartmentiq/get-usage.ts';
import { cancelBatchJob } from './dialects/apartmentiq/jobs/cancel-batch-job.ts';
import { createBatchJob } from './dialects/apartmentiq/jobs/create-batch-job.ts';
import { downloadBatchJobResults } from './dialects/apartmentiq/jobs/download-batch-job-results.ts';
import { estimateBatchJob } from './dialects/apartmentiq/jobs/estimate-batch-job.ts';
import { followBatchJob, followBatchJobs } from './dialects/apartmentiq/jobs/follow-batch-jobs.ts';
import { getBatchJob } from './dialects/apartmentiq/jobs/get-batch-job.ts';
import { getManifest } from './dialects/apartmentiq/jobs/get-manifest.ts';
import { listBatchJobs } from './dialects/apartmentiq/jobs/list-batch-jobs.ts';
import { listAccounts } from './dialects/apartmentiq/list-accounts.ts';
import { listReportTypes } from './dialects/apartmentiq/list-report-types.ts';
import { lookupPropertyIds } from './dialects/apartmentiq/lookup-property-ids.ts';
import { createScheduleOperation } from './dialects/apartmentiq/schedules/create-schedule.ts';
import { deleteScheduleOperation } from './dialects/apartmentiq/schedules/delete-schedule.ts';
import { getSchedule } from './dialects/apartmentiq/schedules/get-schedule.ts';
import { listScheduleRunsOperation } from './dialects/apartmentiq/schedules/list-schedule-runs.ts';
import { listSchedulesOperation } from './dialects/apartmentiq/schedules/list-schedules.ts';
import { pauseScheduleOperation } from './dialects/apartmentiq/schedules/pause-schedule.ts';
import { resumeScheduleOperation } from './dialects/apartmentiq/schedules/resume-schedule.ts';
import { getWebhookDelivery } from './dialects/apartmentiq/webhooks/get-webhook-delivery.ts';
import { getWebhookSecret } from './dialects/apartmentiq/webhooks/get-webhook-secret.ts';
import { listWebhookDeliveries } from './dialects/apartmentiq/webhooks/list-webhook-deliveries.ts';
import { redeliverWebhook } from './dialects/apartmentiq/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from './dialects/apartmentiq/webhooks/rotate-webhook-secret.ts';
import { sendTestWebhook } from './dialects/apartmentiq/webhooks/send-test-webhook.ts';
import { createFileJobOperation } from './dialects/reonomy/create-job.ts';
import { getFileJob, getFileJobAlias } from './dialects/reonomy/get-job.ts';
import { getProperty } from './dialects/reonomy/get-property.ts';
import { listFileJobsOperation } from './dialects/reonomy/list-jobs.ts';
import { resolveProperty } from './dialects/reonomy/resolve-property.ts';
import { searchSummaries } from './dialects/reonomy/search-summaries.ts';
import type { Operation } from './server/operation.ts';
import { downloadFile, inspectFile } from './service/files.ts';
import { getLiveness, getReadiness } from './service/health.ts';
import { getHome, getOpenApi } from './service/home.ts';
import { issueAccessToken } from './service/issue-token.ts';

/** Under both prefixes of the ApartmentIQ dialect. */
export const APARTMENTIQ_OPERATIONS: readonly Operation[] = [
  createBatchJob,
  estimateBatchJob,
  listBatchJobs,
  getBatchJob,
  cancelBatchJob,
  downloadBatchJobResults,
  getManifest,
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
  listAccounts,
  getUsage,
  listWebhookDeliveries,
  getWebhookDelivery,
  redeliverWebhook,
  sendTestWebhook,
  getWebhookSecret,
  rotateWebhookSecret,
];

/** Under the prefix of the Reonomy dialect. */
export const REONOMY_OPERATIONS: readonly Operation[] = [
  createFileJobOperation,
  listFileJobsOperation,
  getFileJob,
  getFileJobAlias,
  searchSummaries,
  resolveProperty,
  getProperty,
];

/** At the root. An explicit HEAD stands before its GET: the router makes one of its own otherwise. */
export const ROOT_OPERATIONS: readonly Operation[] = [
  issueAccessToken,
  inspectFile,
  downloadFile,
  getHome,
  getOpenApi,
  getLiveness,
  getReadiness,
];
