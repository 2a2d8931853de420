/** A webhook on its way: what is to be sent, and what each try came to. */
import { ConveyanceError } from '../errors.ts';
import { isUuid } from '../ids/job-id.ts';

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What one try came to. Delivered means a 2xx status, nothing else. */
export interface WebhookAttempt {
  /** Null when no answer came. */
  readonly status: number | null;
  readonly latencyMs: number;
  /** Why there is no answer, or why it does not count; null when delivered. For the customer's eyes. */
  readonly failure: string | null;
  /** The first KiB of the answer's body. */
  readonly responseHead: string;
  /** The receiver's own wish. */
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
  /** Null when there is none to come, and while one is under way. */
  readonly nextTryAt: Date | null;
  /** The latest tries, oldest of them first. */
  readonly tries: readonly DeliveryTry[];
}

/** Messages of one host and of one account that are under way at once, over all workers. Never exceeded. */
export interface DeliveryCaps {
  readonly perHost: number;
  readonly perAccount: number;
}

/**
 * Four at once keep up with a healthy receiver and do not hurt a sick one. An account may have four such hosts hang before its
 * own other messages wait, and even then it fills a quarter of one worker.
 */
export const DELIVERY_CAPS: DeliveryCaps = { perHost: 4, perAccount: 16 };
/** Twice the time limit of a try: what a dead worker was sending is sent again after this. */
export const DELIVERY_LEASE_SECONDS = 30;
export const DELIVERY_LOG_DAYS = 30;

/** A delivery's id as a path gives it, in lower case. Throws `invalid_parameter` when it is no UUID. */
export function parseDeliveryId(text: string): string {
  if (!isUuid(text)) throw new ConveyanceError('invalid_parameter', 'delivery_id must be a valid UUID');
  return text.toLowerCase();
}

/** Under which messages to one receiver are counted: names compare without case and without the dot that marks them as complete. */
export function receiverHost(url: string): string {
  return new URL(url).hostname.toLowerCase().replace(/(?<!\.)\.+$/, '');
}
