/** `POST /bulk_api/jobs/estimate`: what a report job would come to. */
import { z } from 'zod';
import { type Estimate, estimateJob } from '../../../../jobs/estimate/estimate.ts';
import { integer } from '../../../../wire/fields.ts';
import { badRequest, forbidden, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';
import { BATCH_JOB_BODY_LIMIT_BYTES, batchJobRequestSchema } from './create-batch-job.ts';

const bytesSchema = z
  .object({ csv: integer(), jsonl: integer(), parquet: integer() })
  .meta({ id: 'EstimatedBytes', description: 'Of the file, in each format, before any `compression`.' });

export const estimateSchema = z
  .object({
    estimated_rows: integer({ description: 'Counted: exact for the data that is current.' }),
    estimated_bytes: integer({ description: 'Of the file, in the format asked for.' }),
    estimated_bytes_by_format: bytesSchema,
    estimated_seconds: z.number().meta({
      description:
        'From submission to the file where no other job is in the way: as your account’s last jobs with the report took once they had begun, else as measured on a machine with two cores.',
    }),
    ids_without_data: integer({ description: 'How many of the properties have no row in the range.' }),
    total_quota: integer({ description: 'Distinct properties per calendar month; null: no limit.' }).nullable(),
    consumed_quota: integer({ description: 'Distinct properties that count in this month (UTC).' }),
    requested_records: integer({ description: 'Distinct properties of the request.' }),
    new_records: integer({ description: 'Those that do not count yet this month.' }),
    prev_records: integer({ description: 'Those that count already, and are free.' }),
    expected_new_consumed_quota: integer({
      description: 'What would count after the job was created. Above `total_quota` its creation would be refused.',
    }),
  })
  .meta({ id: 'JobEstimate' });

export function estimateFields({ format, rows, bytes, seconds, withoutData, requested, quota }: Estimate) {
  const { limit, usage, added } = quota;
  return {
    estimated_rows: rows,
    estimated_bytes: bytes[format],
    estimated_bytes_by_format: bytes,
    estimated_seconds: seconds,
    ids_without_data: withoutData,
    total_quota: limit,
    consumed_quota: usage,
    requested_records: requested,
    new_records: added,
    prev_records: requested - added,
    expected_new_consumed_quota: usage + added,
  };
}

export const estimateBatchJob: ProtectedOperation = {
  scope: 'exports:write',
  method: 'POST',
  path: '/bulk_api/jobs/estimate',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  document: {
    operationId: 'estimateBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Estimate Batch Job',
    description:
      'What a job of the same request would come to: rows, bytes, seconds, and what it would use of the quota. Creates nothing ' +
      'and costs nothing. The request is checked as for a job; an exceeded quota is told by the numbers and refuses nothing.',
    body: { contentTypes: ['application/json'], schema: batchJobRequestSchema },
    responses: {
      200: { description: 'The estimate', schema: estimateSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'start_date must be in YYYY-MM-DD format' },
      }),
      401: UNAUTHORIZED,
      403: forbidden('You do not have permission to create batch jobs'),
      413: refused('Body too large', 'payload_too_large', 'The request body is larger than this call reads'),
      415: refused(
        'Body is not JSON',
        'unsupported_media_type',
        'the Content-Type is text/plain; this call takes application/json',
      ),
      503: refused(
        'No estimate just now; `Retry-After` says when to try again.',
        'unavailable',
        'The data was replaced while the estimate was made; send it again',
      ),
    },
  },
  async answer({ deps, statistics }, { request, caller }) {
    return estimateFields(await estimateJob({ ...deps, statistics }, caller, request.body));
  },
};
