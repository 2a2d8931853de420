/** The client's types are those of the server's answers. Checked by the compiler (`npm run types`), not by running. */
import { describe, expectTypeOf, it } from 'vitest';
import type { OUTPUT_FORMATS, REPORT_TYPES } from '../../server/src/core/job.ts';
import type { batchJobFields } from '../../server/src/http/bulk/batch-job.ts';
import type { reportSummarySchema } from '../../server/src/http/bulk/list-report-types.ts';
import type { paginationOf } from '../../server/src/http/pagination.ts';
import type { readManifest } from '../../server/src/jobs/manifest.ts';
import type { BatchJob, Manifest, OutputFormat, Pagination, ReportSummary, ReportType } from '../src/index.ts';

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

  it('of a manifest', () => {
    expectTypeOf<SentManifest>().toExtend<Manifest>();
    expectTypeOf<keyof SentManifest>().toEqualTypeOf<keyof Manifest>();
    expectTypeOf<keyof SentManifest['resources'][number]>().toEqualTypeOf<keyof Manifest['resources'][number]>();
  });

  it('of pages, reports and the words', () => {
    expectTypeOf<ReturnType<typeof paginationOf>>().toEqualTypeOf<{ -readonly [Name in keyof Pagination]: number }>();
    expectTypeOf<SentSummary>().toExtend<ReportSummary>();
    expectTypeOf<keyof SentSummary>().toEqualTypeOf<keyof ReportSummary>();
    expectTypeOf<ReportType>().toEqualTypeOf<(typeof REPORT_TYPES)[number]>();
    expectTypeOf<OutputFormat>().toEqualTypeOf<(typeof OUTPUT_FORMATS)[number]>();
  });
});
