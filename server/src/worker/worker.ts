import { slotHolder } from '../core/ports/database/nodes.ts';
import type { Claim } from '../core/ports/database/queue.ts';
import type { Deps } from '../core/ports/deps.ts';
import { runJob } from '../jobs/run/run.ts';
import { RunningJobs } from './running-jobs.ts';
import { startUpkeep } from './upkeep.ts';
import { PAUSE_AFTER_ERROR_MS, WakeUp } from './wake-up.ts';

/** A notification can be lost with its connection; the poll bounds what that costs. */
const POLL_MS = 2000;

export interface WorkerOptions {
  /** Of the process: its claims are known by it. */
  readonly nodeId: string;
  /** Jobs that run at a time in this process. */
  readonly slots: number;
  /** How long running jobs may continue once the worker is told to stop. */
  readonly drainMs: number;
}

/** Claims tasks, runs them, settles them. Any number of workers may run on one database. */
export class Worker {
  readonly #deps: Deps;
  readonly #options: WorkerOptions;
  readonly #running: RunningJobs;
  readonly #wakeUp = new WakeUp();
  #stopping = false;
  #paused = false;
  #loops: Promise<void>[] = [];
  #releases: (() => void)[] = [];

  constructor(deps: Deps, options: WorkerOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#running = new RunningJobs(deps);
  }

  start(): void {
    const { db, log } = this.#deps;
    this.#releases = [
      db.subscribe('task-ready', () => this.#wakeUp.wake()),
      db.subscribe('job-finished', (jobId) => this.#running.abandon(jobId)),
      startUpkeep(this.#deps, () => this.#wakeUp.wake()),
    ];
    const { nodeId, slots } = this.#options;
    this.#loops = Array.from({ length: slots }, (_, slot) => this.#loop(slotHolder(nodeId, slot + 1)));
    log.info('worker-started', { nodeId, slots });
  }

  /** Takes no more work, lets running jobs finish for a while, then interrupts them and gives their attempts back. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp.wake();
    const drain = setTimeout(() => this.#running.interruptAll(), this.#options.drainMs);
    await Promise.all(this.#loops);
    clearTimeout(drain);
    for (const release of this.#releases) release();
    this.#deps.log.info('worker-stopped', { nodeId: this.#options.nodeId });
  }

  /** Claims nothing more until it is resumed; what runs goes on to its end. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wakeUp.wake();
  }

  /** @param holder claims for this slot alone, so that what it holds and does not run can be told. */
  async #loop(holder: string): Promise<void> {
    const { db, log } = this.#deps;
    let inDoubt = false;
    while (!this.#stopping) {
      // Read before the claim: a task that becomes ready during it must not be missed.
      const { generation } = this.#wakeUp;
      try {
        if (inDoubt && (await db.queue.release(holder)) > 0) this.#wakeUp.wake();
        inDoubt = false;
        const claim = this.#paused ? null : await this.#claim(holder);
        if (claim === null) await this.#wakeUp.sleep(generation, POLL_MS);
        else await this.#run(claim);
      } catch (error) {
        // A claim whose answer was lost, or a run that could not give its task back: nobody else would free them before their leases end.
        inDoubt = true;
        log.error('worker-error', { error });
        if (!this.#stopping) await this.#wakeUp.sleep(this.#wakeUp.generation, PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  #claim(workerId: string): Promise<Claim | null> {
    const { db, policy } = this.#deps;
    const { leaseSeconds, accountConcurrency } = policy;
    return db.queue.claim({ workerId, leaseSeconds, accountConcurrency });
  }

  async #run(claim: Claim): Promise<void> {
    this.#deps.log.info('job-claimed', { jobId: claim.job.id, attempt: claim.attempt });
    await this.#running.hold(claim, (signal) => runJob(this.#deps, claim, signal));
    // An account at its cap may have a task waiting that another slot passed over.
    this.#wakeUp.wake();
  }
}
