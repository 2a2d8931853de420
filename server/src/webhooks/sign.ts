/** Standard Webhooks, symmetric signatures: HMAC-SHA-256 over `id.timestamp.body`, one for each live secret. */
import { createHmac } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebhookMessage } from '../core/ports/webhooks.ts';
import { encodeBlocks } from './body.ts';

export interface SignedMessage {
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;
  /** Of the body in UTF-8. */
  readonly bytes: number;
}

const SECRET_FORM = /^whsec_(?<key>[A-Za-z0-9+/]+={0,2})$/;

/** The specification's form: `whsec_` and the key in base64. The message must not quote a secret. */
function keyOf(secret: string): Buffer {
  const key = SECRET_FORM.exec(secret)?.groups?.['key'];
  if (key === undefined) throw new TypeError('a webhook secret must be whsec_ and base64');
  return Buffer.from(key, 'base64');
}

/**
 * Reads the body once, block by block; the event loop runs between blocks, so ten megabytes do not block it.
 *
 * @param sentAt its seconds go into the signature: receivers refuse what is minutes old, so each try is signed again.
 */
export async function signMessage(
  { id, body, secrets }: Omit<WebhookMessage, 'url'>,
  sentAt: Date,
  signal: AbortSignal,
): Promise<SignedMessage> {
  if (secrets.length === 0) throw new TypeError('a webhook message needs at least one secret');
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`));
  let bytes = 0;
  for (const block of encodeBlocks(body)) {
    for (const signature of signatures) signature.update(block);
    bytes += block.length;
    await nextTurn();
    signal.throwIfAborted();
  }
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.map((signature) => `v1,${signature.digest('base64')}`).join(' '),
    },
    bytes,
  };
}
