import { z } from 'zod';
import { ERRORS } from '../../core/errors.ts';
import { createJob } from '../../jobs/create.ts';
import { badRequest, forbidden, refused, UNAUTHORIZED } from '../answers.ts';
import type { ProtectedOperation } from '../operation.ts';
import { batchJobSchema, errorSchema, fileTypeSchema, reportTypeSchema, text } from '../schemas.ts';
import { sendBatchJob } from './batch-job.ts';

/** A million ids with a JSON writer's spaces and line breaks are some 20 MB. */
export const BATCH_JOB_BODY_LIMIT_BYTES = 24 * 1024 * 1024;

export const batchJobRequestSchema = z
  .object({
    report_type: reportTypeSchema.meta({ description: 'Type of report to generate.' }),
    output_format: fileTypeSchema.meta({ description: 'Format for the output file.' }),
    start_date: text({
      format: 'date',
      description: 'Start date for bulk data export (YYYY-MM-DD).',
      example: '2025-12-01',
    }),
    end_date: text({
      format: 'date',
      description: 'End date for bulk data export (YYYY-MM-DD).',
      example: '2025-12-31',
    }),
    property_ids: z.array(z.int()).meta({
      description: 'Array of property IDs to include in the report.',
      example: [99001416, 99001470],
    }),
    callback_url: text({
      format: 'uri',
      description: 'Optional webhook URL to notify when the job completes.',
      example: 'https://example.com/webhook',
    }).optional(),
  })
  .meta({ id: 'CreateBatchJobRequest' });

export const createBatchJob: ProtectedOperation = {
  access: 'bearer',
  scope: 'exports:write',
  method: 'POST',
  path: '/bulk_api/jobs',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  document: {
    operationId: 'createBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Create Batch Job',
    description:
      'Submit a new batch job request to retrieve historical property data. The job will process asynchronously and return ' +
      'results in the specified format (CSV, JSONL, or Parquet). Use the job_id from the response to check job status and ' +
      'download results when complete.',
    body: { contentTypes: ['application/json'], schema: batchJobRequestSchema },
    responses: {
      200: { description: 'Job created successfully', schema: batchJobSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'start_date must be in YYYY-MM-DD format' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to create batch jobs'),
      413: refused('Body too large', 'payload_too_large', 'The request body is larger than this call reads'),
      415: refused(
        'Body is not JSON',
        'unsupported_media_type',
        'The Content-Type of the body is not one that this call takes',
      ),
      429: {
        description: 'The quota of the month is not enough; `quota_limit` and `quota_usage` tell both.',
        schema: errorSchema,
        example: {
          error: ERRORS.quota_exceeded.error,
          message:
            'This job has 3 properties that do not count yet in 2026-03, and 1 of 500 are left; ask for fewer, or for properties that were exported this month',
          quota_limit: 500,
          quota_usage: 499,
        },
      },
      503: refused(
        'The server takes no work just now; `Retry-After` says when to try again.',
        'unavailable',
        'The server is low on disk space and takes no new jobs; try again later',
      ),
    },
  },
  async answer(door, { request, reply, caller }) {
    const job = await createJob(door.deps, caller, request.body);
    return sendBatchJob(door, reply, job);
  },
};
