/** Sends messages to customers’ programs. */
import type { WebhookAttempt } from '../webhooks/delivery.ts';

/** One signed message to one URL. */
export interface WebhookMessage {
  /** The same on every try, so that a receiver can recognise a repetition. */
  readonly id: string;
  readonly url: string;
  /** Whose it is: what one account's receivers hold up, another's message does not wait for. */
  readonly accountId: string;
  /** JSON text; its bytes are signed. Streamed, because a job may repeat a million ids. */
  readonly body: Iterable<string>;
  /** The account's live secrets, newest first: one signature each, so that rotation loses nothing. */
  readonly secrets: readonly string[];
}

export interface WebhookSender {
  /** Checks scheme and literal addresses, without DNS: what can be known at creation. Names are checked when the connection is made. */
  accepts(url: string): boolean;
  /** Never rejects because of a receiver; only an abort rejects. */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAttempt>;
}
