/** `POST /bulk_api/jobs/estimate`: what a report job would take. */
import { estimateJob } from '../../../../jobs/estimate/estimate.ts';
import { estimateFields, estimateSchema } from '../../../../wire/apartmentiq/estimate.ts';
import { reportRequestSchema } from '../../../../wire/apartmentiq/report-request.ts';
import { badRequest, refused, UNAUTHORIZED } from '../../../server/answers.ts';
import type { ProtectedOperation } from '../../../server/operation.ts';
import { BATCH_JOB_BODY_LIMIT_BYTES, readReportRequest } from './create-batch-job.ts';

export const estimateBatchJob: ProtectedOperation = {
  permission: 'create jobs',
  method: 'POST',
  path: '/bulk_api/jobs/estimate',
  bodyLimit: BATCH_JOB_BODY_LIMIT_BYTES,
  asksForExport: true,
  document: {
    operationId: 'estimateBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Estimate Batch Job',
    description:
      'What a job of the same request would come to: rows, bytes, seconds, and what it would use of the quota. Creates nothing ' +
      'and costs nothing. The request is checked as for a job; an exceeded quota is told by the numbers and refuses nothing.',
    body: { contentTypes: ['application/json'], schema: reportRequestSchema },
    responses: {
      200: { description: 'The estimate', schema: estimateSchema },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'start_date must be in YYYY-MM-DD format' },
      }),
      401: UNAUTHORIZED,
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
  async answer(door, { request, caller }) {
    const { deps, statistics } = door;
    const asked = readReportRequest(door, request);
    return estimateFields(await estimateJob({ ...deps, statistics }, caller, asked));
  },
};
