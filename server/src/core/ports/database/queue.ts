/** The queue of work, on the tables where the jobs live. */

import type { JobKey } from '../../job.ts';
import type { QueueBacklog } from './backlog.ts';

export const TASK_KINDS = ['run-job'] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/** A unit of work, held by one worker as long as it renews the lease. `attempt` counts from 1 and fences every write of the job. */
export interface Claim {
  readonly taskId: string;
  readonly kind: TaskKind;
  readonly job: JobKey;
  readonly attempt: number;
  /** Of the attempts, those over data that is no more, which do not count. None when left out. */
  readonly forgiven?: number;
  /** Of the terms: only the holder changes the task. */
  readonly workerId: string;
}

export interface ClaimTerms {
  /** Who claims, one task at a time; shown to operators. */
  readonly workerId: string;
  readonly leaseSeconds: number;
  /** How many tasks of one account may run at a time, over all workers. Never exceeded. */
  readonly accountConcurrency: number;
}

export interface TaskQueue {
  /** Queues the job's run and publishes `task-ready` when the transaction commits. */
  enqueue(task: { kind: TaskKind; job: JobKey }): Promise<void>;
  /**
   * Takes the next due task: of the account with the fewest running tasks, then the oldest. Counts the attempt and writes it
   * to the job. Null when nothing is due or every waiting account is at its cap.
   */
  claim(terms: ClaimTerms): Promise<Claim | null>;
  /** Extends the lease on the database's clock. False if the claim is no longer ours. */
  renew(claim: Claim, leaseSeconds: number): Promise<boolean>;
  /** The work is done: removes the task. False if the claim is no longer ours. */
  settle(claim: Claim): Promise<boolean>;
  /** Frees the task for a later try; the attempt stays counted. */
  postpone(claim: Claim, delaySeconds: number): Promise<boolean>;
  /** Frees the task immediately and takes the attempt back: the worker is stopping, the job is not to blame. */
  giveBack(claim: Claim): Promise<boolean>;
  /**
   * Frees the task for a later try, as the database or the store was away, and takes the attempt back: the job is not to blame. Each
   * time it waits longer, from a second to a minute; from the eleventh time on the attempt stays counted.
   */
  excuse(claim: Claim): Promise<boolean>;
  /** Excuses what the worker holds and does not know of: the commit of its claim was not confirmed. Returns how many. */
  release(workerId: string): Promise<number>;
  /** Removes the job's tasks, including running ones: their claims are then lost. */
  drop(job: JobKey): Promise<void>;
  /**
   * A sign of life, which every worker gives three times in a lease before it rescues. If none could for two thirds of one, no lease
   * could be renewed: those that have expired, or are about to, are extended by half a lease, in which living workers renew theirs. A
   * task is spared so ten times at most. Returns how many leases were extended.
   */
  beat(leaseSeconds: number): Promise<number>;
  /** Frees every task whose lease has expired; the attempt stays counted. Returns how many. */
  rescue(): Promise<number>;
  /** How many runs of the account's own jobs wait before each of these; a job that does not wait is left out. Other accounts' tasks are not counted: they are nobody else's business. */
  positions(accountId: string, jobIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  backlog(): Promise<QueueBacklog>;
}
