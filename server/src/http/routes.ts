/** Every operation of the door: what is not in here does not exist, neither as a route nor in the OpenAPI document. */
import { createFileJob } from './batch/create-job.ts';
import { getFileJob, getFileJobAlias } from './batch/get-job.ts';
import { getProperty } from './batch/get-property.ts';
import { listFileJobs } from './batch/list-jobs.ts';
import { resolveProperty } from './batch/resolve-property.ts';
import { searchSummaries } from './batch/search-summaries.ts';
import { cancelBatchJob } from './bulk/cancel-batch-job.ts';
import { createBatchJob } from './bulk/create-batch-job.ts';
import { createScheduleOperation } from './bulk/create-schedule.ts';
import { deleteScheduleOperation } from './bulk/delete-schedule.ts';
import { downloadBatchJobResults } from './bulk/download-batch-job-results.ts';
import { estimateBatchJob } from './bulk/estimate-batch-job.ts';
import { followBatchJob, followBatchJobs } from './bulk/follow-batch-jobs.ts';
import { getBatchJob } from './bulk/get-batch-job.ts';
import { getManifest } from './bulk/get-manifest.ts';
import { getReportType } from './bulk/get-report-type.ts';
import { getSchedule } from './bulk/get-schedule.ts';
import { getUsage } from './bulk/get-usage.ts';
import { getWebhookDelivery } from './bulk/get-webhook-delivery.ts';
import { getWebhookSecret } from './bulk/get-webhook-secret.ts';
import { listAccounts } from './bulk/list-accounts.ts';
import { listBatchJobs } from './bulk/list-batch-jobs.ts';
import { listReportTypes } from './bulk/list-report-types.ts';
import { listScheduleRunsOperation } from './bulk/list-schedule-runs.ts';
import { listSchedulesOperation } from './bulk/list-schedules.ts';
import { listWebhookDeliveries } from './bulk/list-webhook-deliveries.ts';
import { lookupPropertyIds } from './bulk/lookup-property-ids.ts';
import { pauseScheduleOperation } from './bulk/pause-schedule.ts';
import { redeliverWebhook } from './bulk/redeliver-webhook.ts';
import { resumeScheduleOperation } from './bulk/resume-schedule.ts';
import { rotateWebhookSecret } from './bulk/rotate-webhook-secret.ts';
import { sendTestWebhook } from './bulk/send-test-webhook.ts';
import { downloadFile, inspectFile } from './files.ts';
import { getLiveness, getReadiness } from './health.ts';
import { getHome, getOpenApi } from './home.ts';
import { issueAccessToken } from './issue-token.ts';
import type { Operation } from './operation.ts';

/** Under both prefixes of the bulk dialect. */
export const BULK_OPERATIONS: readonly Operation[] = [
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

/** Under the prefix of the batch dialect. */
export const BATCH_OPERATIONS: readonly Operation[] = [
  createFileJob,
  listFileJobs,
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
