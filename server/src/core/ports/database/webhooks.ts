/** What the database keeps for webhooks: the outbox with its log, and the secrets that sign. */

import type { Page, PageRequest } from '../../pages.ts';
import type { Delivery, DeliveryCaps, WebhookAttempt } from '../../webhooks/delivery.ts';
import type { DeliveryBacklog } from './backlog.ts';

export interface NewDelivery {
  readonly accountId: string;
  readonly id: string;
  /** Null for a test event. A job has one delivery at most. */
  readonly jobId: string | null;
  readonly url: string;
  /** Under which the receiver's messages are counted. */
  readonly host: string;
  /** Before the first try. */
  readonly delaySeconds: number;
}

export interface DeliveryKey {
  readonly accountId: string;
  readonly id: string;
}

/** One try at a delivery, held by one worker until it settles or the lease runs out. */
export interface DeliveryClaim extends DeliveryKey {
  /** Fences the try: of two workers, only the one that claimed last may settle. */
  readonly token: string;
  readonly jobId: string | null;
  readonly url: string;
  /** Under which the receiver's messages are counted. */
  readonly host: string;
  readonly createdAt: Date;
  /** Tries that the schedule has counted before this one: since the job ended, or since the last redelivery. */
  readonly triesMade: number;
}

/** What may be claimed. */
export interface DeliveryTerms extends DeliveryCaps {
  /** Hosts to which who claims sends no more just now. */
  readonly notTo: readonly string[];
}

/** Webhooks to be sent, and the log of their tries. Times are the database's. */
export interface DeliveryStore {
  /** Queues the message and publishes `delivery-ready` when the transaction commits. */
  enqueue(delivery: NewDelivery): Promise<Delivery>;
  get(key: DeliveryKey): Promise<Delivery | null>;
  /** Newest first; those of one job, or all of the account's. */
  list(accountId: string, jobId: string | null, request: PageRequest): Promise<Page<Delivery>>;
  /**
   * Takes a due delivery for one try: of the account with the fewest in progress, then the one that has been due longest. Never more of a
   * host, of an account, or of an account at a host than the caps say, and none to the hosts that are named. Null when there is none.
   */
  claim(terms: DeliveryTerms & { readonly leaseSeconds: number }): Promise<DeliveryClaim | null>;
  /**
   * Logs the try. Without a failure the delivery is delivered, else it is tried again after the delay, or has failed if there
   * is none. False, and nothing written, if the claim is no longer ours.
   */
  settle(claim: DeliveryClaim, attempt: WebhookAttempt, delaySeconds: number | null): Promise<boolean>;
  /** Frees the delivery and logs nothing: the receiver is not to blame. It is due immediately, or after so many seconds. */
  giveBack(claim: DeliveryClaim, delaySeconds?: number): Promise<boolean>;
  /** Makes it due now and restarts the schedule; a try in progress is left alone. Null if there is no such delivery. */
  redeliver(key: DeliveryKey): Promise<Delivery | null>;
  /** Deletes deliveries that ended, and tries that were made, more than that many days ago. Returns how many deliveries. */
  prune(days: number): Promise<number>;
  backlog(): Promise<DeliveryBacklog>;
}

export interface StoredWebhookSecret {
  readonly sealed: Uint8Array;
  readonly createdAt: Date;
  /** Null for the current one. */
  readonly expiresAt: Date | null;
}

export interface WebhookSecretStore {
  /** Those that sign now, newest first: the current one and, for a while after a rotation, the one before it. */
  live(accountId: string): Promise<readonly StoredWebhookSecret[]>;
  /** Stores the account's first secret. Does nothing if there is a current one: of two simultaneous calls, the first wins. */
  insertFirst(accountId: string, sealed: Uint8Array): Promise<void>;
  /** Makes it the current one. The previous one stays valid for the grace time, and any older one ends. */
  rotate(accountId: string, sealed: Uint8Array, graceSeconds: number): Promise<void>;
}
