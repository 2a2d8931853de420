/** How BatchJobs are sent: whole, as a page of a list, as events. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { isFinished, percentDone, type ReportJob, secondsLeft } from '../../../../core/job.ts';
import type { JobChange } from '../../../../jobs/follow.ts';
import { jobPropertyIds, queuePositions, type ShownReport, showAsItWas } from '../../../../jobs/read.ts';
import { batchJobFields, batchJobText } from '../../../../wire/apartmentiq/batch-job.ts';
import { awaitLongAnswer, IDS_IN_ONE_PIECE } from '../../../server/long-answers.ts';
import type { Call, Door } from '../../../server/operation.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends text that repeats that many ids: in one piece, or streamed if there are many. */
export function sendText(reply: FastifyReply, text: Generator<string, void, undefined>, ids: number): FastifyReply {
  return reply.type(JSON_TYPE).send(ids <= IDS_IN_ONE_PIECE ? [...text].join('') : Readable.from(text));
}

async function* jobListText(
  door: Door,
  jobs: readonly ReportJob[],
  tail: string,
): AsyncGenerator<string, void, undefined> {
  const positions = await queuePositions(door.deps, jobs);
  yield '{"jobs":[';
  for (const [index, job] of jobs.entries()) {
    if (index > 0) yield ',';
    // One job's ids at a time: a page of a hundred may stand for a hundred million of them.
    const ids = await jobPropertyIds(door.deps, job);
    yield* batchJobText(job, ids, door.settings.publicUrl, positions.get(job.id));
  }
  yield `]${tail}}`;
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let whole = '';
  for await (const piece of pieces) whole += piece;
  return whole;
}

/** A waiting client asks again at the estimated end, or after a tenth of the time it has waited: soon for small jobs, rarely for long ones. */
const SHORTEST_WAIT_SECONDS = 1;
const LONGEST_WAIT_SECONDS = 30;
const MS_PER_TENTH_OF_AGE = 10_000;

export function retryAfterSeconds(job: ReportJob, now: Date): number {
  const tenth = Math.floor((now.getTime() - job.createdAt.getTime()) / MS_PER_TENTH_OF_AGE);
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(SHORTEST_WAIT_SECONDS, secondsLeft(job) ?? tenth));
}

/** Answers with the job; until it has ended, also with its progress and when to ask again. */
export async function sendShownJob(door: Door, reply: FastifyReply, shown: ShownReport): Promise<FastifyReply> {
  const { job, queuePosition } = shown;
  const ids = shown.propertyIds ?? (await jobPropertyIds(door.deps, job));
  const text = batchJobText(job, ids, door.settings.publicUrl, queuePosition);
  if (!isFinished(job)) {
    reply.header('retry-after', retryAfterSeconds(job, door.deps.clock()));
    reply.header('x-progress', `${percentDone(job.progress)}%`);
  }
  return sendText(reply, text, job.propertyCount);
}

/** The same of a job as it was made or changed just now. */
export async function sendBatchJob(door: Door, reply: FastifyReply, job: ReportJob): Promise<FastifyReply> {
  return sendShownJob(door, reply, await showAsItWas(door.deps, job, IDS_IN_ONE_PIECE));
}

/** Answers with a page of jobs, and `pagination` beside them. */
export async function sendBatchJobs(
  door: Door,
  { reply, caller }: Pick<Call, 'reply' | 'caller'>,
  jobs: readonly ReportJob[],
  pagination: object,
): Promise<FastifyReply> {
  const ids = jobs.reduce((sum, job) => sum + job.propertyCount, 0);
  await awaitLongAnswer(door.longAnswers, caller, reply, ids);
  const text = jobListText(door, jobs, `,"pagination":${JSON.stringify(pagination)}`);
  const body = ids <= IDS_IN_ONE_PIECE ? await joined(text) : Readable.from(text);
  return reply.type(JSON_TYPE).send(body);
}

/** Writes a change as a server-sent event, once, however many clients listen. */
const eventTexts = new WeakMap<JobChange, string>();

export function jobEventText(publicUrl: string): (change: JobChange) => string {
  return (change) => {
    const known = eventTexts.get(change);
    if (known !== undefined) return known;
    const { job, propertyIds, queuePosition } = change;
    const data =
      propertyIds === null
        ? JSON.stringify(batchJobFields(job, publicUrl, queuePosition))
        : [...batchJobText(job, propertyIds, publicUrl, queuePosition)].join('');
    const text = `id: ${job.revision}\nevent: job\ndata: ${data}\n\n`;
    eventTexts.set(change, text);
    return text;
  };
}
