/** The steps of an export that are known: an export that ended before times were kept has no beginning, and one may end in the queue. */
import type { ReportJob, WebhookDelivery } from '@conveyance/sdk';

export interface Step {
  readonly name: string;
  /** ISO 8601. */
  readonly at: string;
}

const ENDS = { succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled' } as const;

const CALLS = { delivered: 'Called back', failed: 'Callback failed' } as const;

/** @param delivery of its webhook; undefined where there is none, or none is known yet. */
export function stepsOf(
  { status, created_at, started_at, finished_at }: ReportJob,
  delivery?: WebhookDelivery,
): readonly Step[] {
  const steps: Step[] = [{ name: 'Submitted', at: created_at }];
  if (started_at) steps.push({ name: 'Started', at: started_at });
  if (status !== 'submitted' && finished_at) steps.push({ name: ENDS[status], at: finished_at });
  if (delivery !== undefined && delivery.state !== 'pending' && delivery.finished_at !== null) {
    steps.push({ name: CALLS[delivery.state], at: delivery.finished_at });
  }
  return steps;
}
