/** The client's types are those of the server's answers. Checked by the compiler (`npm run types`), not by running. */
import { describe, expectTypeOf, it } from 'vitest';
import type { DETAIL_TYPES } from '../../server/src/core/details.ts';
import type { ADDRESS_PARAMETERS, COORDINATE_PARAMETERS } from '../../server/src/core/file-job-spec.ts';
import type {
  COMPRESSIONS,
  CSV_PROFILES,
  FILE_JOB_KINDS,
  OUTPUT_FORMATS,
  REPORT_TYPES,
} from '../../server/src/core/job.ts';
import type { usageFields } from '../../server/src/http/dialects/apartmentiq/get-usage.ts';
import type { batchJobFields } from '../../server/src/http/dialects/apartmentiq/jobs/batch-job.ts';
import type { estimateFields } from '../../server/src/http/dialects/apartmentiq/jobs/estimate-batch-job.ts';
import type { reportSummarySchema } from '../../server/src/http/dialects/apartmentiq/list-report-types.ts';
import type {
  scheduleFields,
  scheduleRequestFields,
  scheduleRunFields,
} from '../../server/src/http/dialects/apartmentiq/schedules/schedule.ts';
import type { deliveryFields } from '../../server/src/http/dialects/apartmentiq/webhooks/webhook-delivery.ts';
import type { webhookSecretFields } from '../../server/src/http/dialects/apartmentiq/webhooks/webhook-secret.ts';
import type { fileJobObject } from '../../server/src/http/dialects/reonomy/job-object.ts';
import type { paginationOf } from '../../server/src/http/server/pagination.ts';
import type { readManifest } from '../../server/src/jobs/results/manifest.ts';
import type {
  BatchJob,
  Compression,
  CsvProfile,
  DetailType,
  FileJob,
  FileJobType,
  JobEstimate,
  JobRequest,
  Manifest,
  MatchParameter,
  OutputFormat,
  Pagination,
  ReportSummary,
  ReportType,
  Schedule,
  ScheduleRequest,
  ScheduleRun,
  Usage,
  WebhookDelivery,
  WebhookSecret,
  WebhookTry,
} from '../src/index.ts';

type SentJob = ReturnType<typeof batchJobFields> & { readonly property_ids: readonly number[] };
type SentManifest = Awaited<ReturnType<typeof readManifest>>;
type SentSummary = (typeof reportSummarySchema)['_output'];

/** What the server sends is what the client promises, field by field and no field less. */
describe('the types on the wire', () => {
  it('of a job', () => {
    expectTypeOf<SentJob>().toExtend<BatchJob>();
    expectTypeOf<keyof SentJob>().toEqualTypeOf<keyof BatchJob>();
    expectTypeOf<keyof SentJob['progress']>().toEqualTypeOf<keyof BatchJob['progress']>();
    expectTypeOf<keyof NonNullable<SentJob['result']>>().toEqualTypeOf<keyof NonNullable<BatchJob['result']>>();
  });

  it('of a batch job', () => {
    type SentFileJob = ReturnType<typeof fileJobObject>;
    expectTypeOf<SentFileJob>().toExtend<FileJob>();
    expectTypeOf<keyof SentFileJob>().toEqualTypeOf<keyof FileJob>();
    expectTypeOf<FileJobType>().toEqualTypeOf<(typeof FILE_JOB_KINDS)[number]>();
    expectTypeOf<DetailType>().toEqualTypeOf<(typeof DETAIL_TYPES)[number]>();
    type SentParameter = (typeof ADDRESS_PARAMETERS)[number] | (typeof COORDINATE_PARAMETERS)[number];
    expectTypeOf<MatchParameter>().toEqualTypeOf<SentParameter>();
  });

  it('of a manifest', () => {
    expectTypeOf<SentManifest>().toExtend<Manifest>();
    expectTypeOf<keyof SentManifest>().toEqualTypeOf<keyof Manifest>();
    expectTypeOf<keyof SentManifest['resources'][number]>().toEqualTypeOf<keyof Manifest['resources'][number]>();
  });

  it('of an estimate and of usage', () => {
    expectTypeOf<ReturnType<typeof estimateFields>>().toExtend<JobEstimate>();
    expectTypeOf<keyof ReturnType<typeof estimateFields>>().toEqualTypeOf<keyof JobEstimate>();
    expectTypeOf<ReturnType<typeof usageFields>>().toExtend<Usage>();
    expectTypeOf<keyof ReturnType<typeof usageFields>>().toEqualTypeOf<keyof Usage>();
  });

  it('of webhook deliveries and secrets', () => {
    type SentDelivery = ReturnType<typeof deliveryFields>;
    expectTypeOf<SentDelivery>().toExtend<WebhookDelivery>();
    expectTypeOf<keyof SentDelivery>().toEqualTypeOf<keyof WebhookDelivery>();
    expectTypeOf<keyof SentDelivery['tries'][number]>().toEqualTypeOf<keyof WebhookTry>();
    expectTypeOf<ReturnType<typeof webhookSecretFields>['secrets'][number]>().toExtend<WebhookSecret>();
  });

  it('of schedules and their runs', () => {
    type SentSchedule = ReturnType<typeof scheduleFields> & { readonly property_ids: readonly number[] };
    type RuleFields = keyof typeof scheduleRequestFields;
    expectTypeOf<SentSchedule>().toExtend<Schedule>();
    expectTypeOf<keyof SentSchedule>().toEqualTypeOf<keyof Schedule>();
    expectTypeOf<ReturnType<typeof scheduleRunFields>>().toExtend<ScheduleRun>();
    expectTypeOf<keyof ReturnType<typeof scheduleRunFields>>().toEqualTypeOf<keyof ScheduleRun>();
    expectTypeOf<Exclude<keyof ScheduleRequest, keyof JobRequest>>().toEqualTypeOf<RuleFields>();
  });

  it('of pages, reports and the words', () => {
    expectTypeOf<ReturnType<typeof paginationOf>>().toEqualTypeOf<{ -readonly [Name in keyof Pagination]: number }>();
    expectTypeOf<SentSummary>().toExtend<ReportSummary>();
    expectTypeOf<keyof SentSummary>().toEqualTypeOf<keyof ReportSummary>();
    expectTypeOf<ReportType>().toEqualTypeOf<(typeof REPORT_TYPES)[number]>();
    expectTypeOf<OutputFormat>().toEqualTypeOf<(typeof OUTPUT_FORMATS)[number]>();
    expectTypeOf<Compression>().toEqualTypeOf<(typeof COMPRESSIONS)[number]>();
    expectTypeOf<CsvProfile>().toEqualTypeOf<(typeof CSV_PROFILES)[number]>();
  });
});
