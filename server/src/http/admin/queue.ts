/** `/admin/v1/jobs`, `/queue` and `/webhook_deliveries`: what is under way, of all accounts. */
import {
  cancelOperatedJob,
  listFailedDeliveries,
  listOperatedJobs,
  readOperatedJob,
  resendDelivery,
} from '../../jobs/operator/jobs.ts';
import {
  failedDeliveryQuery,
  jobListQuery,
  operatedDeliveryFields,
  operatedDeliveryListSchema,
  operatedDeliverySchema,
  operatedJobFields,
  operatedJobListSchema,
  operatedJobSchema,
  readFailedDeliveryList,
  readJobList,
} from '../../wire/admin/job.ts';
import { placeAfter } from '../../wire/admin/requests.ts';
import { queueFields, queueSchema } from '../../wire/admin/system.ts';
import { deliveryIdParams } from '../../wire/apartmentiq/webhook-delivery.ts';
import { jobIdParams } from '../../wire/fields.ts';
import { JOB_NOT_FOUND, refused } from '../server/answers.ts';
import { type ProtectedOperation, pathParameter, queryParameters } from '../server/operation.ts';
import { OPERATE, operator, responses } from './answers.ts';

const DELIVERY_NOT_FOUND = refused(
  'Delivery not found',
  'not_found',
  'Webhook delivery with the specified ID does not exist',
);

export const getQueue: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/queue',
  document: {
    operationId: 'getQueue',
    tag: 'Queue',
    summary: 'Get Queue',
    description: 'How much waits and runs, and for how long the oldest has waited.',
    responses: responses({ description: 'The queue', schema: queueSchema }),
  },
  async answer({ deps: { db } }) {
    return queueFields(await db.queue.backlog(), await db.deliveries.backlog());
  },
};

export const listJobsOfAll: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/jobs',
  unknownQuery: 'refused',
  readQuery: readJobList,
  document: {
    operationId: 'listJobs',
    tag: 'Queue',
    summary: 'List Jobs',
    description: 'Jobs of all accounts and of every kind, newest first. The audit log has who looked.',
    query: jobListQuery,
    responses: responses({ description: 'A page of jobs', schema: operatedJobListSchema }),
  },
  async answer({ deps }, call) {
    const asked = readJobList(queryParameters(call.request));
    const rows = await listOperatedJobs(deps, operator(call), asked);
    return { jobs: rows.map(({ item }) => operatedJobFields(item)), next_cursor: placeAfter(rows, asked.limit) };
  },
};

const JOB = responses({ description: 'The job', schema: operatedJobSchema }, { 404: JOB_NOT_FOUND });

export const getJobOfAny: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/jobs/:job_id',
  document: {
    operationId: 'getJob',
    tag: 'Queue',
    summary: 'Get Job',
    description: 'A job of whatever account, with its attempt and the node that runs it. The audit log has who looked.',
    params: jobIdParams('UUID of the job.'),
    responses: JOB,
  },
  async answer({ deps }, call) {
    return operatedJobFields(await readOperatedJob(deps, operator(call), pathParameter(call.request, 'job_id')));
  },
};

export const cancelJobOfAny: ProtectedOperation = {
  permission: OPERATE,
  method: 'DELETE',
  path: '/jobs/:job_id',
  document: {
    operationId: 'cancelJob',
    tag: 'Queue',
    summary: 'Cancel Job',
    description:
      'Ends a job that has not ended, as its account could: it costs nothing, and a `callback_url` is told. Cancelling it again answers the same again.',
    params: jobIdParams('UUID of the job.'),
    responses: JOB,
  },
  async answer({ deps }, call) {
    return operatedJobFields(await cancelOperatedJob(deps, operator(call), pathParameter(call.request, 'job_id')));
  },
};

export const listFailedWebhooks: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/webhook_deliveries',
  unknownQuery: 'refused',
  readQuery: readFailedDeliveryList,
  document: {
    operationId: 'listFailedDeliveries',
    tag: 'Queue',
    summary: 'List Failed Deliveries',
    description:
      'Webhooks that came to nothing and are not tried again, newest first; with `state`, those that are. Kept for 30 days.',
    query: failedDeliveryQuery,
    responses: responses({ description: 'A page of deliveries', schema: operatedDeliveryListSchema }),
  },
  async answer({ deps }, call) {
    const asked = readFailedDeliveryList(queryParameters(call.request));
    const rows = await listFailedDeliveries(deps, operator(call), asked);
    return {
      deliveries: rows.map(({ item }) => operatedDeliveryFields(item)),
      next_cursor: placeAfter(rows, asked.limit),
    };
  },
};

export const resendWebhook: ProtectedOperation = {
  permission: OPERATE,
  method: 'POST',
  path: '/webhook_deliveries/:delivery_id/redeliver',
  document: {
    operationId: 'resendDelivery',
    tag: 'Queue',
    summary: 'Resend Delivery',
    description:
      'Sends a webhook once more, at once and under the same `webhook-id`; if that fails, the tries begin anew.',
    params: deliveryIdParams,
    responses: responses(
      { description: 'The delivery, pending', schema: operatedDeliverySchema },
      { 404: DELIVERY_NOT_FOUND },
    ),
  },
  async answer({ deps }, call) {
    const id = pathParameter(call.request, 'delivery_id');
    return operatedDeliveryFields(await resendDelivery(deps, operator(call), id));
  },
};
