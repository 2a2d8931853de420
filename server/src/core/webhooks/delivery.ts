/** A webhook delivery: what is sent, and the outcome of each try. */
import { ConveyanceError } from '../errors.ts';
import { isUuid } from '../ids/job-id.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The outcome of one try. Delivered means a 2xx status, nothing else. */
export interface WebhookAttempt {
  /** Null if no answer came. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** Why there is no answer, or why it does not count; null when delivered. For the customer's eyes. */
  readonly failure: string | null;
  /** The first KiB of the answer's body. */
  readonly responseHead: string;
  /** The receiver's `Retry-After`. */
  readonly retryAfterSeconds: number | null;
}

/** One try as the log keeps it. */
export interface DeliveryTry extends Omit<WebhookAttempt, 'retryAfterSeconds'> {
  /** From 1, counted on over redeliveries. */
  readonly number: number;
  /** When it ended. */
  readonly at: Date;
}

export interface Delivery {
  readonly accountId: string;
  /** The `webhook-id` of every try. */
  readonly id: string;
  /** Null for a test event. */
  readonly jobId: string | null;
  readonly url: string;
  readonly state: DeliveryState;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** Null if there is no further try, and while one is in progress. */
  readonly nextTryAt: Date | null;
  /** The latest tries, oldest first. */
  readonly tries: readonly DeliveryTry[];
}

/** How many messages are in flight at a time. */
export interface ReceiverCaps {
  /** Of one account to one host. */
  readonly perAccountAndHost: number;
  /** To one host, of all accounts. */
  readonly perHost: number;
}

/** Over all workers. Never exceeded. */
export interface DeliveryCaps extends ReceiverCaps {
  /** Of one account, to all hosts. */
  readonly perAccount: number;
}

/**
 * Four at a time keep up with a healthy receiver and do not hurt a sick one. Many accounts may have theirs at one host, a service
 * that automates things for them: it takes eight that hang there before another's message waits. Four such hosts of an account may
 * hang before its own other messages wait, and even then it fills a quarter of one worker.
 */
export const DELIVERY_CAPS: DeliveryCaps = { perAccountAndHost: 4, perHost: 32, perAccount: 16 };
/** Twice the time limit of a try: what a dead worker was sending is sent again after this. */
export const DELIVERY_LEASE_SECONDS = 30;
export const DELIVERY_LOG_DAYS = 30;

/** A delivery's id as a path gives it, in lower case. Throws `invalid_parameter` if it is not a UUID. */
export function parseDeliveryId(text: string): string {
  if (!isUuid(text)) throw new ConveyanceError('invalid_parameter', 'delivery_id must be a valid UUID');
  return text.toLowerCase();
}

/** The key under which messages to one receiver are counted: names compare without case and without the dot that marks them as complete. */
export function receiverHost(url: string): string {
  return new URL(url).hostname.toLowerCase().replace(/(?<!\.)\.+$/, '');
}
