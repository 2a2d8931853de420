/** Standard Webhooks, the receiver's side: is this message the server's, whole and fresh? WebCrypto only, so it runs everywhere. */
import { WebhookVerificationError } from './contract/errors.ts';
import type { ReportJob, WebhookTestEvent } from './contract/types.ts';

export interface WebhookRequest {
  /** As `fetch` or Node's `http` gives them. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The raw body: JSON that was parsed and serialised again has other bytes and another signature. */
  readonly body: string | Uint8Array;
}

export interface VerifyOptions {
  /** `whsec_…`; of several, one must have signed. */
  readonly secret: string | readonly string[];
  /** How old or early a message may be. Default 300. */
  readonly toleranceSeconds?: number;
  /** Default: now. */
  readonly now?: Date;
}

const DEFAULT_TOLERANCE_SECONDS = 300;
const MS_PER_SECOND = 1000;
const SECRET_PREFIX = 'whsec_';
const SCHEME = 'v1,';
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/**
 * The event of the request: a job that has ended, or a test (which has an `event`). Throws `WebhookVerificationError` if it is
 * not signed with one of the secrets, was altered, or is too old; `TypeError` for a malformed secret.
 */
export async function verifyWebhook(
  { headers, body }: WebhookRequest,
  { secret, toleranceSeconds = DEFAULT_TOLERANCE_SECONDS, now = new Date() }: VerifyOptions,
): Promise<ReportJob | WebhookTestEvent> {
  const keys = await Promise.all((typeof secret === 'string' ? [secret] : secret).map(keyOf));
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError('the webhook headers are missing');
  const age = now.getTime() / MS_PER_SECOND - Number(timestamp);
  if (!(/^\d+$/.test(timestamp) && Math.abs(age) <= toleranceSeconds)) {
    throw new WebhookVerificationError('the webhook’s timestamp is too far from this clock');
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  for (const signature of signatures.split(' ').flatMap(signatureBytes)) {
    for (const key of keys) {
      if (await crypto.subtle.verify(HMAC.name, key, signature, signed)) {
        // The server signed these bytes: they are one of its events.
        return JSON.parse(new TextDecoder().decode(bytes));
      }
    }
  }
  throw new WebhookVerificationError('no signature of the webhook is one of these secrets’');
}

function keyOf(secret: string) {
  const bytes = secret.startsWith(SECRET_PREFIX) ? fromBase64(secret.slice(SECRET_PREFIX.length)) : null;
  if (bytes === null || bytes.length === 0) throw new TypeError('a webhook secret is whsec_ and base64');
  return crypto.subtle.importKey('raw', bytes, HMAC, false, ['verify']);
}

function headerOf(headers: WebhookRequest['headers'], name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  const value = headers[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? null;
}

/** Empty for a scheme or a form that is not ours: signatures of other versions may be beside it. */
function signatureBytes(signature: string): Uint8Array<ArrayBuffer>[] {
  const bytes = signature.startsWith(SCHEME) ? fromBase64(signature.slice(SCHEME.length)) : null;
  return bytes === null ? [] : [bytes];
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

function concatenated(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
