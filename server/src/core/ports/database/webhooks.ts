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
  readonly createdAt: Date;
  /** Tries that the schedule has counted before this one: since the end of the job, or since the last redelivery. */
  readonly triesMade: number;
}

/** Webhooks to be sent, and the log of their tries. Times are the database's. */
export interface DeliveryStore {
  /** Queues the message and publishes `delivery-ready` when the transaction commits. */
  enqueue(delivery: NewDelivery): Promise<Delivery>;
  get(key: DeliveryKey): Promise<Delivery | null>;
  /** Newest first; those of one job, or all of the account's. */
  list(accountId: string, jobId: string | null, request: PageRequest): Promise<Page<Delivery>>;
  /**
   * Takes a due delivery for one try: of the account with the fewest under way, then the one that is due longest. Never more of a
   * host or of an account than the caps say. Null when there is none.
   */
  claim(terms: DeliveryCaps & { readonly leaseSeconds: number }): Promise<DeliveryClaim | null>;
  /**
   * Logs the try. Without a failure the delivery is delivered, else it is tried again after the delay, or has failed when there
   * is none. False, and nothing written, when the claim is no longer ours.
   */
  settle(claim: DeliveryClaim, attempt: WebhookAttempt, delaySeconds: number | null): Promise<boolean>;
  /** Frees the delivery at once and logs nothing: the worker stops, the receiver is not to blame. */
  giveBack(claim: DeliveryClaim): Promise<boolean>;
  /** Makes it due now with the schedule begun anew; a try under way is left to itself. Null when there is no such delivery. */
  redeliver(key: DeliveryKey): Promise<Delivery | null>;
  /** Deletes what ended, and tries that were made, more than so many days ago. Returns how many deliveries went. */
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
  /** Stores the account's first secret. Does nothing where there is a current one: of two at once, the first wins. */
  insertFirst(accountId: string, sealed: Uint8Array): Promise<void>;
  /** Makes it the current one. The one before lives on for the grace time, and any older one ends. */
  rotate(accountId: string, sealed: Uint8Array, graceSeconds: number): Promise<void>;
}
