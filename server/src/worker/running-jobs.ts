import { Interruption } from '../core/interruption.ts';
import type { Claim } from '../core/ports/database/queue.ts';
import type { Deps } from '../core/ports/deps.ts';
import { HEARTBEATS_PER_LEASE } from '../core/retry.ts';
import { MS_PER_SECOND } from '../core/time.ts';

interface Running {
  readonly claim: Claim;
  readonly controller: AbortController;
}

type Needs = Pick<Deps, 'db' | 'log' | 'policy'>;

/** The claims this worker holds, with what keeps them alive and what ends them early. */
export class RunningJobs {
  readonly #deps: Needs;
  readonly #running = new Map<string, Running>();

  constructor(deps: Needs) {
    this.#deps = deps;
  }

  /** Runs the work under its claim: renews the lease meanwhile, aborts it when the lease is lost or its time is over. */
  async hold(claim: Claim, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { leaseSeconds, jobTimeLimitSeconds } = this.#deps.policy;
    const controller = new AbortController();
    this.#running.set(claim.taskId, { claim, controller });
    const heartbeat = setInterval(
      () => void this.#renew(claim, controller),
      (leaseSeconds * MS_PER_SECOND) / HEARTBEATS_PER_LEASE,
    );
    const limit = setTimeout(
      () => controller.abort(new Interruption('time-limit')),
      jobTimeLimitSeconds * MS_PER_SECOND,
    );
    try {
      await work(controller.signal);
    } finally {
      clearInterval(heartbeat);
      clearTimeout(limit);
      this.#running.delete(claim.taskId);
    }
  }

  /** One missed heartbeat does no harm: the lease survives two, and fencing covers the rest. */
  async #renew(claim: Claim, controller: AbortController): Promise<void> {
    const { db, log, policy } = this.#deps;
    try {
      if (!(await db.queue.renew(claim, policy.leaseSeconds))) controller.abort(new Interruption('lost'));
    } catch (error) {
      log.warn('heartbeat-failed', { jobId: claim.job.id, error });
    }
  }

  /** The job has ended, by this worker or elsewhere: anything still running for it is useless. */
  abandon(jobId: string): void {
    for (const { claim, controller } of this.#running.values()) {
      if (claim.job.id === jobId) controller.abort(new Interruption('lost'));
    }
  }

  interruptAll(): void {
    for (const { controller } of this.#running.values()) controller.abort(new Interruption('stopping'));
  }

  get count(): number {
    return this.#running.size;
  }
}
