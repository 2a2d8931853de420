/** `GET /bulk_api/jobs/{job_id}/events` and `GET /bulk_api/events`: report jobs as server-sent events. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MOST_IDS_TOLD } from '../../../../jobs/follow.ts';
import { batchJobSchema } from '../../../../wire/apartmentiq/batch-job.ts';
import { EXAMPLE_JOB_ID, jobIdParams, text } from '../../../../wire/fields.ts';
import { badRequest, JOB_NOT_FOUND, UNAUTHORIZED } from '../../../server/answers.ts';
import { bearerToken } from '../../../server/bearer.ts';
import {
  type Call,
  type Door,
  type ProtectedOperation,
  pathParameter,
  type ResponseDocument,
} from '../../../server/operation.ts';
import { jobEventText } from './batch-job.ts';

const lastEventIdHeaders = z.object({
  'Last-Event-ID': text({ description: 'The `id` of the last event that you have.' }).optional(),
});

const EVENT_ID = /^\d{1,16}$/;

/** Anything but one of our numbers is not a place to resume from. */
function lastEventId({ headers }: FastifyRequest): number | null {
  const id = headers['last-event-id'];
  if (typeof id !== 'string' || !EVENT_ID.test(id)) return null;
  const revision = Number(id);
  return Number.isSafeInteger(revision) ? revision : null;
}

const EVENT_FORM =
  'Each event is named `job`; its `id` is the job’s revision, its `data` the BatchJob as `GET` answers it, except that a list of ' +
  `more than ${MOST_IDS_TOLD} \`property_ids\` is left out. A comment comes every 15 seconds.`;

function eventStream(description: string): ResponseDocument {
  return {
    description,
    contentType: 'text/event-stream',
    schema: text(),
    example: `id: 1767323045678000\nevent: job\ndata: {"job_id":"${EXAMPLE_JOB_ID}","status":"succeeded"}\n\n`,
  };
}

/** A session may be ended while its stream is open: the next one is then refused. Others go on where theirs ended. */
const SESSION_STREAM_MS = 5 * 60_000;

function sessionStreamEnd(now: Date): Date {
  return new Date(now.getTime() + SESSION_STREAM_MS);
}

/** A stream is counted as one, and no longer as a request. */
function following(door: Door, { request, reply, caller }: Call) {
  const { deps, settings, tokens, turns } = door;
  turns.end(reply.raw);
  const token = bearerToken(request);
  const expiresAt = token === undefined ? sessionStreamEnd(deps.clock()) : tokens.expiryOf(token);
  return { reply, caller, expiresAt, textOf: jobEventText(settings.publicUrl) };
}

export const followBatchJob: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/bulk_api/jobs/:job_id/events',
  document: {
    operationId: 'followBatchJob',
    tag: 'Bulk Data Export',
    summary: 'Follow Batch Job',
    description:
      'Server-sent events: how the job stands, then its every change, until it has ended. ' +
      `${EVENT_FORM} With \`Last-Event-ID\` only what is new is told.`,
    params: jobIdParams('UUID of the batch job.'),
    headers: lastEventIdHeaders,
    responses: {
      200: eventStream('The job’s changes; the answer ends after the one that ends the job.'),
      204: { description: 'The job has ended, and `Last-Event-ID` says that you know.' },
      400: badRequest({
        'Invalid Parameter': { code: 'invalid_parameter', message: 'job_id must be a valid UUID' },
      }),
      401: UNAUTHORIZED,
      404: JOB_NOT_FOUND,
    },
  },
  async answer(door, call) {
    const { request, reply, caller } = call;
    const watch = await door.events.feed.followJob(caller, pathParameter(request, 'job_id'), lastEventId(request));
    if (watch === null) return reply.code(204).send();
    return door.events.send({ ...following(door, call), watch });
  },
};

export const followBatchJobs: ProtectedOperation = {
  permission: 'view jobs',
  method: 'GET',
  path: '/bulk_api/events',
  unknownQuery: 'refused-if-meant',
  listed: batchJobSchema,
  document: {
    operationId: 'followBatchJobs',
    tag: 'Bulk Data Export',
    summary: 'Follow Batch Jobs',
    description:
      'Server-sent events of all your account’s jobs: first how those stand that have not ended, then every change. ' +
      `${EVENT_FORM} With \`Last-Event-ID\` it begins with what changed since: a change may be told twice, an end is never left out.`,
    headers: lastEventIdHeaders,
    responses: {
      200: eventStream('The changes of your jobs; the answer does not end by itself.'),
      401: UNAUTHORIZED,
    },
  },
  async answer(door, call) {
    const watch = await door.events.feed.followJobs(call.caller, lastEventId(call.request));
    return door.events.send({ ...following(door, call), watch });
  },
};
