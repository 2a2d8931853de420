/** What the stream of events told lately. An answer that was under way meanwhile may be older, and must not take it back. */
import type { ReportJob, ReportJobEvent } from '@conveyance/sdk';

/** As many jobs as a page of the list shows, and as many again for those that start meanwhile. */
const REMEMBERED = 100;

interface Heard {
  readonly at: number;
  readonly event: ReportJobEvent;
}

let now = 0;
/** The last that each job told, the oldest first. */
const lately = new Map<string, Heard>();

export function merged(job: ReportJob, event: ReportJobEvent): ReportJob {
  // An event of a job with many ids leaves them out; they never change.
  return { ...job, ...event, property_ids: event.property_ids ?? job.property_ids };
}

export function hear(event: ReportJobEvent): void {
  now += 1;
  lately.delete(event.job_id);
  lately.set(event.job_id, { at: now, event });
  const [oldest] = lately.keys();
  if (lately.size > REMEMBERED && oldest !== undefined) lately.delete(oldest);
}

/** Asks, and lays over each job of the answer what was heard of it since the question was put. */
export async function upToDate<Answer>(
  ask: () => Promise<Answer>,
  withJobs: (answer: Answer, renew: (job: ReportJob) => ReportJob) => Answer,
): Promise<Answer> {
  const askedAt = now;
  const answer = await ask();
  return withJobs(answer, (job) => {
    const heard = lately.get(job.job_id);
    return heard !== undefined && heard.at > askedAt ? merged(job, heard.event) : job;
  });
}
