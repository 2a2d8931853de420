import type { Job } from '../../core/job.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { formatOf, workOf } from '../../core/ports/telemetry.ts';

/** Tells those who watch of a job that was accepted: after its transaction, once. */
export function announceJob({ meter, tracer }: Pick<Deps, 'meter' | 'tracer'>, job: Job): void {
  meter.jobCreated(job);
  tracer.jobAccepted(job.id, {
    'conveyance.work': workOf(job),
    'conveyance.output_format': formatOf(job),
    'conveyance.properties': job.propertyCount,
  });
}
