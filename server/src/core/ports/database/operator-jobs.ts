/**
 * Jobs and deliveries without their owner in the key: the one exception to that rule, for operators alone. Whoever uses it writes down that
 * he did (`jobs/operator`), and an architecture test holds that nobody else does.
 */
import type { Job, JobKind } from '../../job.ts';
import type { Delivery } from '../../webhooks/delivery.ts';

/** Where a job is, for whoever looks after the queue. */
export const JOB_STATES = ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job with what an operator wants to know of its run. */
export interface OperatedJob {
  readonly job: Job;
  readonly accountName: string;
  readonly state: JobState;
  readonly attempt: number;
  /** That has its run; null for a job that nobody runs. */
  readonly nodeId: string | null;
  /** When its run may begin; null for a job that has ended. */
  readonly dueAt: Date | null;
}

export interface OperatedDelivery {
  readonly delivery: Delivery;
  readonly accountName: string;
}

/** Behind which row of a list, the newest first, a page begins: when it was made, in microseconds since 1970, and its id. */
export interface Place {
  readonly madeAt: number;
  readonly id: string;
}

export interface Placed<Item> {
  readonly item: Item;
  readonly place: Place;
}

export interface OperatedJobsRequest {
  /** Null: of all accounts, also of those that were deleted. */
  readonly accountId: string | null;
  /** Empty: in any state. */
  readonly states: readonly JobState[];
  /** Empty: of any kind. */
  readonly kinds: readonly JobKind[];
  readonly after: Place | null;
  readonly limit: number;
}

/** `retrying`: a try has failed, and another one will be made. `failed`: none will. */
export const DELIVERY_TROUBLES = ['retrying', 'failed'] as const;
export type DeliveryTrouble = (typeof DELIVERY_TROUBLES)[number];

export interface FailedDeliveriesRequest {
  readonly accountId: string | null;
  /** Empty: of none. */
  readonly states: readonly DeliveryTrouble[];
  readonly after: Place | null;
  readonly limit: number;
}

export interface OperatorJobs {
  /** Newest first. */
  list(request: OperatedJobsRequest): Promise<readonly Placed<OperatedJob>[]>;
  find(id: string): Promise<OperatedJob | null>;
  /** Of one account, those that have not ended: all of them. */
  unfinished(accountId: string): Promise<readonly Job[]>;
  /** Webhooks that came to nothing until now, newest first. */
  failedDeliveries(request: FailedDeliveriesRequest): Promise<readonly Placed<OperatedDelivery>[]>;
  findDelivery(id: string): Promise<OperatedDelivery | null>;
}
