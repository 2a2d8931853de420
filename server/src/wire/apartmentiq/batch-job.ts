/** The BatchJob: its form, and a report job as one. */
import { z } from 'zod';
import { decodePropertyIds } from '../../core/ids/property-ids.ts';
import { PHASES, percentDone, type ReportJob, type ResultFile, secondsLeft } from '../../core/job.ts';
import { integer, text } from '../fields.ts';
import { paginationSchema } from './pages.ts';
import { APARTMENTIQ_PREFIX } from './prefixes.ts';
import { compressionSchema, csvProfileSchema, fileTypeSchema, jobStatusSchema, reportTypeSchema } from './words.ts';

const CHUNK_LENGTH = 64 * 1024;

const progressSchema = z
  .object({
    phase: z.enum(PHASES),
    percent: integer({ description: '100 only when the file is sealed.' }),
    rows_written: integer(),
    rows_total: integer({ description: 'Null until the rows have been counted.' }).nullable(),
    queue_position: integer({
      description: 'Your jobs waiting before this one; null when it does not wait.',
    }).nullable(),
    eta_seconds: integer({
      description: 'Seconds to the last row, from the pace of this run; null while there is too little to go by.',
    }).nullable(),
  })
  .meta({ id: 'JobProgress' });

const resultSchema = z
  .object({
    rows: integer(),
    bytes: integer(),
    sha256: text({ description: 'Of the file, in hex.' }),
    content_type: text(),
    filename: text(),
    columns_url: text({ format: 'uri', description: 'Where the columns of the report are described.' }),
  })
  .meta({ id: 'JobResult' });

/** With the titles and the lists of required fields that the contract gives it. */
export const batchJobSchema = z
  .object({
    job_id: text({ format: 'uuid', title: 'Job Id' }).optional(),
    report_type: reportTypeSchema,
    status: jobStatusSchema.optional(),
    output_format: fileTypeSchema,
    property_ids: z.array(z.int()).meta({ title: 'Property Ids' }),
    start_date: text({ format: 'date', title: 'Start Date' }),
    end_date: text({ format: 'date', title: 'End Date' }),
    callback_url: text({ title: 'Callback URL' }).optional(),
    columns: z.array(z.string()).meta({ description: 'The columns asked for; null for all.' }).nullable().optional(),
    compression: compressionSchema.optional(),
    csv_profile: csvProfileSchema.optional(),
    name: text({ description: 'The customer’s own word for the export.' }).nullable().optional(),
    error_message: text({ title: 'Error Message' }).optional(),
    created_at: text({ format: 'date-time', title: 'Created' }).optional(),
    updated_at: text({ format: 'date-time', title: 'Updated' }).optional(),
    started_at: text({
      format: 'date-time',
      description: 'When the latest run of the job began; null until a worker has taken it.',
    })
      .nullable()
      .optional(),
    finished_at: text({ format: 'date-time', description: 'When it ended, however it did; null until then.' })
      .nullable()
      .optional(),
    progress: progressSchema.optional(),
    data_version: integer({ description: 'The committed state of the data that the job reads.' }).nullable().optional(),
    expires_at: text({ format: 'date-time', description: 'When the files are deleted.' }).nullable().optional(),
    result: resultSchema.nullable().optional(),
    error_code: text({ description: 'A word of the error catalogue.' }).nullable().optional(),
    warnings: z
      .array(z.string())
      .meta({
        description:
          'What the job does otherwise than the request may have meant: fields that were ignored, data that there is not, files that had to be destroyed.',
      })
      .optional(),
  })
  .meta({ id: 'BatchJob', title: 'Job' });

export const batchJobListSchema = z
  .object({ jobs: z.array(batchJobSchema), pagination: paginationSchema })
  .meta({ id: 'BatchJobList' });

function progressOf(job: ReportJob, queuePosition: number | null) {
  const { phase, rowsWritten, rowsTotal } = job.progress;
  return {
    phase,
    percent: percentDone(job.progress),
    rows_written: rowsWritten,
    rows_total: rowsTotal,
    queue_position: queuePosition,
    eta_seconds: secondsLeft(job),
  };
}

function resultOf({ rows, bytes, sha256, contentType, filename }: ResultFile, columnsUrl: string) {
  return { rows, bytes, sha256, content_type: contentType, filename, columns_url: columnsUrl };
}

/** Those of its submission, and what its file shows: that no property has a row. */
export function jobWarnings({ warnings, spec, propertyCount, results: [result] }: ReportJob): string[] {
  if (result?.rows !== 0) return [...warnings];
  const { reportType, startDate, endDate } = spec;
  const properties = propertyCount === 1 ? 'The property has' : `None of the ${propertyCount} properties has`;
  const no = propertyCount === 1 ? 'no ' : 'a ';
  return [
    ...warnings,
    `${properties} ${no}row in report ${reportType} from ${startDate} to ${endDate}: the file is empty; GET …/bulk_api/report_types tells the days that exist`,
  ];
}

/** Everything but the ids. The contract's own optional fields are left out when absent (not nullable there); ours are null. */
export function batchJobFields(job: ReportJob, publicUrl: string, queuePosition: number | null = null) {
  const {
    spec,
    failure,
    results: [result],
  } = job;
  const columnsUrl = `${publicUrl}${APARTMENTIQ_PREFIX}/bulk_api/report_types/${spec.reportType}`;
  return {
    job_id: job.id,
    status: job.status,
    report_type: spec.reportType,
    output_format: spec.outputFormat,
    start_date: spec.startDate,
    end_date: spec.endDate,
    ...(job.callbackUrl === null ? {} : { callback_url: job.callbackUrl }),
    columns: spec.columns,
    compression: spec.compression,
    csv_profile: spec.csvProfile,
    name: spec.name,
    ...(failure === null ? {} : { error_message: failure.message }),
    created_at: job.createdAt.toISOString(),
    updated_at: job.updatedAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
    progress: progressOf(job, queuePosition),
    data_version: job.dataVersion,
    expires_at: job.expiresAt?.toISOString() ?? null,
    result: result === undefined ? null : resultOf(result, columnsUrl),
    error_code: failure?.code ?? null,
    warnings: jobWarnings(job),
  };
}

/** The fields and then `property_ids`, as JSON text in pieces of some 64 KiB. */
export function* textWithIds(fields: object, propertyIds: Uint8Array): Generator<string, void, undefined> {
  let piece = `${JSON.stringify(fields).slice(0, -1)},"property_ids":[`;
  let separator = '';
  for (const id of decodePropertyIds(propertyIds)) {
    piece += separator + id;
    separator = ',';
    if (piece.length < CHUNK_LENGTH) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}

/** The BatchJob as JSON text, the ids last. */
export function batchJobText(
  job: ReportJob,
  propertyIds: Uint8Array,
  publicUrl: string,
  queuePosition: number | null = null,
): Generator<string, void, undefined> {
  return textWithIds(batchJobFields(job, publicUrl, queuePosition), propertyIds);
}
