/** The shapes on the wire, as the OpenAPI document shows them. Those that the contract names keep its titles and its lists of required fields. */
import { z } from 'zod';
import { COMPRESSIONS, CSV_PROFILES, JOB_STATUSES, OUTPUT_FORMATS, PHASES, REPORT_TYPES } from '../../core/job.ts';

type Meta = Readonly<Record<string, unknown>>;

export function integer(meta: Meta = {}) {
  return z.int().meta(meta);
}

export function text(meta: Meta = {}) {
  return z.string().meta(meta);
}

export const EXAMPLE_JOB_ID = 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec';

/** Titled `FileType` by the contract, which the generated clients of its users know. */
export const reportTypeSchema = z.enum(REPORT_TYPES).meta({ id: 'ReportType', title: 'FileType' });
export const fileTypeSchema = z.enum(OUTPUT_FORMATS).meta({ id: 'FileType', title: 'FileType' });
export const compressionSchema = z.enum(COMPRESSIONS).meta({ id: 'Compression' });
export const csvProfileSchema = z.enum(CSV_PROFILES).meta({ id: 'CsvProfile' });
export const jobStatusSchema = z.enum(JOB_STATUSES).meta({ id: 'JobStatus', title: 'JobStatus' });

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
    progress: progressSchema.optional(),
    data_version: integer({ description: 'The committed state of the data that the job reads.' }).nullable().optional(),
    expires_at: text({ format: 'date-time', description: 'When the files are deleted.' }).nullable().optional(),
    result: resultSchema.nullable().optional(),
    error_code: text({ description: 'A word of the error catalogue.' }).nullable().optional(),
  })
  .meta({ id: 'BatchJob', title: 'Job' });

export const errorSchema = z
  .object({
    error: text({ description: 'Short error message', example: 'Invalid parameter' }).optional(),
    message: text({ description: 'Optional detailed message', example: 'account_id is required' }).optional(),
    errors: z.array(z.string()).meta({ description: 'Optional list of validation errors.' }).optional(),
    quota_limit: integer({
      description: 'Quota limit that applied to the request when an account quota was exceeded.',
    }).optional(),
    quota_usage: integer({ description: 'Current quota usage when an account quota was exceeded.' }).optional(),
  })
  .meta({
    id: 'Error',
    description:
      'Error response payload. Most errors include error and optional message; some validation responses include errors; ' +
      'quota responses include quota fields.',
  });

export const paginationSchema = z
  .object({ current_page: z.int(), total_pages: z.int(), total_count: z.int(), per_page: z.int() })
  .meta({ id: 'Pagination' });

export const pageQuerySchema = z.object({
  page: integer({ minimum: 1, default: 1, description: 'One-based page number.' }).optional(),
  per_page: integer({ minimum: 1, maximum: 100, default: 50, description: 'Rows per page.' }).optional(),
});

export const lastEventIdHeaders = z.object({
  'Last-Event-ID': text({ description: 'The `id` of the last event that you have.' }).optional(),
});

export function jobIdParams(description: string) {
  return z.object({ job_id: text({ format: 'uuid', description, examples: [EXAMPLE_JOB_ID] }) });
}
