import { Interruption } from '../core/interruption.ts';
import type { Claim } from '../core/ports/database/queue.ts';
import type { Deps } from '../core/ports/deps.ts';
import { HEARTBEATS_PER_LEASE, LEASE_SPAN_USED } from '../core/retry.ts';
import { MS_PER_SECOND } from '../core/time.ts';

/** A heartbeat that failed is tried again this soon: a lease must not run out because the database was away at the wrong moment. */
const RENEW_AGAIN_MS = 1000;

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
    const { jobTimeLimitSeconds } = this.#deps.policy;
    const controller = new AbortController();
    this.#running.set(claim.taskId, { claim, controller });
    const stopBeating = this.#beat(claim, controller);
    const limit = setTimeout(
      () => controller.abort(new Interruption('time-limit')),
      jobTimeLimitSeconds * MS_PER_SECOND,
    );
    try {
      await work(controller.signal);
    } finally {
      stopBeating();
      clearTimeout(limit);
      this.#running.delete(claim.taskId);
    }
  }

  /** Renews the lease as long as it is held. Returns what ends that. */
  #beat(claim: Claim, controller: AbortController): () => void {
    const intervalMs = (this.#deps.policy.leaseSeconds * MS_PER_SECOND) / HEARTBEATS_PER_LEASE;
    let timer: NodeJS.Timeout | undefined;
    let held = true;
    let end: NodeJS.Timeout | undefined;
    const endLater = (since: number) => {
      clearTimeout(end);
      const left = this.#deps.policy.leaseSeconds * MS_PER_SECOND * LEASE_SPAN_USED - (performance.now() - since);
      end = setTimeout(() => controller.abort(new Interruption('lease-over')), left);
    };
    endLater(performance.now());
    const beat = async () => {
      // The database counts from a later moment than this.
      const sentAt = performance.now();
      const renewed = await this.#renew(claim, controller);
      if (held && renewed) endLater(sentAt);
      if (held) timer = setTimeout(() => void beat(), renewed ? intervalMs : Math.min(RENEW_AGAIN_MS, intervalMs));
    };
    timer = setTimeout(() => void beat(), intervalMs);
    return () => {
      held = false;
      clearTimeout(timer);
      clearTimeout(end);
    };
  }

  /** False if the database did not answer: the lease survives two missed heartbeats, and then its holder stops. */
  async #renew(claim: Claim, controller: AbortController): Promise<boolean> {
    const { db, log, policy } = this.#deps;
    try {
      if (!(await db.queue.renew(claim, policy.leaseSeconds))) controller.abort(new Interruption('lost'));
      return true;
    } catch (error) {
      log.warn('heartbeat-failed', { jobId: claim.job.id, error });
      return false;
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
