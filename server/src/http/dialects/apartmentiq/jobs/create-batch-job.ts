/** `POST /bulk_api/jobs`: a request to a report job. */

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ReportRequest } from '../../../../core/job.ts';
import { createReportJob } from '../../../../jobs/create/report-job.ts';
import { batchJobSchema } from '../../../../wire/apartmentiq/batch-job.ts';
import { apartmentiqError, errorSchema } from '../../../../wire/apartmentiq/errors.ts';
import { parseReportRequest, reportRequestSchema } from '../../../../wire/apartmentiq/report-request.ts';
import { text } from '../../../../wire/fields.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { Door, ProtectedOperation } from '../../../server/operation.ts';
import { sendBatchJob } from './batch-job.ts';

/** A million ids with a JSON writer's spaces and line breaks are some 20 MB. */
export const BATCH_JOB_BODY_LIMIT_BYTES = 24 * 1024 * 1024;

/** Sent twice, Node joins the values with a comma: that is then the key. */
function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : null;
}

const headersSchema = z.object({
  'Idempotency-Key': text({
    minLength: 1,
    maxLength: 255,
    description:
      'Makes the request safe to repeat: within 24 hours, the same request under the same key answers with the job that the first ' +
      'one made, as it stands. Whether it is the same is judged by what it asks for, not by spaces or the order of fields.',
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  }).optional(),
});

/** What may be called is a rule of the webhook sender, which checks it again when it calls. */
export function readReportRequest({ deps }: Door, { body }: FastifyRequest): ReportRequest {
  return parseReportRequest(body, (url) => deps.webhooks.accepts(url));
}

export const createBatchJob: ProtectedOperation = {
  permission: 'create jobs',
  method: 'POST',
  path: '/bulk_api/jobs',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  asksForExport: true,
  document: {
    operationId: 'createBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Create Batch Job',
    description:
      'Submit a new batch job request to retrieve historical property data. The job will process asynchronously and return ' +
      'results in the specified format (CSV, JSONL, or Parquet). Use the job_id from the response to check job status and ' +
      'download results when complete.',
    headers: headersSchema,
    body: { contentTypes: ['application/json'], schema: reportRequestSchema },
    responses: {
      200: { description: 'Job created successfully', schema: batchJobSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'start_date must be in YYYY-MM-DD format' },
      }),
      401: UNAUTHORIZED,
      409: refused(
        'The same request is being accepted right now; `Retry-After` says when to send it again.',
        'idempotency_conflict',
        'A request with this Idempotency-Key is being accepted; send it again in a moment',
      ),
      413: refused('Body too large', 'payload_too_large', 'The request body is larger than this call reads'),
      415: refused(
        'Body is not JSON',
        'unsupported_media_type',
        'the Content-Type is text/plain; this call takes application/json',
      ),
      422: refused(
        'The key was used for another request',
        'idempotency_mismatch',
        'The Idempotency-Key was used for another request; use a new key for a new request',
      ),
      429: {
        description:
          'The quota of the month is not enough; `quota_limit` and `quota_usage` tell both, and `Retry-After` the seconds until the next month.',
        schema: errorSchema,
        example: {
          error: apartmentiqError('quota_exceeded'),
          message:
            'This job has 3 properties that do not count yet in 2026-03, and 1 of 500 are left; ask for fewer, or for properties that were exported this month; the quota starts again on 2026-04-01 (UTC)',
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
    const job = await createReportJob(door.deps, caller, readReportRequest(door, request), idempotencyKeyOf(request));
    return sendBatchJob(door, reply, job);
  },
};
