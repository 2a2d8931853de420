/** How a message reaches a customer’s program. */
import type { WebhookAttempt } from '../webhooks/delivery.ts';

/** One signed message to one URL. */
export interface WebhookMessage {
  /** The same on every try, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly url: string;
  /** JSON text; its bytes are what is signed. Streamed where a job repeats a million ids. */
  readonly body: Iterable<string>;
  /** The account's live secrets, newest first: one signature each, so that rotation loses nothing. */
  readonly secrets: readonly string[];
}

export interface WebhookSender {
  /** Judges scheme and literal addresses, without DNS: what creation can know. Names are judged when the connection is made. */
  accepts(url: string): boolean;
  /** Never rejects for what a receiver does; only an abort rejects. */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAttempt>;
}
