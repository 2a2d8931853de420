/** The sender of webhooks: signed, guarded, and bounded in time, in bytes and in connections to one host. */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../core/ports/clock.ts';
import type { WebhookMessage, WebhookSender } from '../core/ports/webhooks.ts';
import { DELIVERY_CAPS, type ReceiverCaps, type WebhookAttempt } from '../core/webhooks/delivery.ts';
import { plainName } from './allow-list.ts';
import { createEgressGuard } from './egress.ts';
import { describeError, describeRefusal, describeTimeout } from './failure.ts';
import { type Posting, post } from './post.ts';
import { createDnsLookup, type Lookup, systemLookup } from './resolve.ts';
import { signMessage } from './sign.ts';
import { createReceiverSlots } from './slots.ts';

export interface WebhookSenderOptions {
  /** Entries of CONVEYANCE_CALLBACK_ALLOW; a bad one throws `bad_setting`. */
  readonly allow: readonly string[];
  readonly clock: Clock;
  /** Of the program; receivers see it as `User-Agent`. */
  readonly version: string;
  /** For one try, from the name's look-up to the last byte that is read. */
  readonly timeoutMs?: number;
  readonly caps?: ReceiverCaps;
  readonly maxResponseBytes?: number;
  /** Resolves every name, in place of the name servers and the system. */
  readonly lookup?: Lookup;
  /** PEM; trusted in addition to Node's own authorities. */
  readonly certificateAuthorities?: readonly string[];
}

export interface ClosableWebhookSender extends WebhookSender {
  /** Ends what is in progress: those promises reject. Resolves when the last connection is closed. */
  close(): Promise<void>;
}

/** The published limit of one try. */
const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_RESPONSE_BYTES = 65_536;

/** The reason of a try's signal when its time is up, to tell it from the caller's abort. */
class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

function unanswered(failure: string, latencyMs: number): WebhookAttempt {
  return { status: null, latencyMs, failure, responseHead: '', retryAfterSeconds: null };
}

/** A generator would be exhausted after signing, and an empty body sent under the signature of a full one. */
function refuseOneShotBody({ body }: WebhookMessage): void {
  const iterator: unknown = body[Symbol.iterator]();
  if (iterator === body)
    throw new TypeError('a webhook body is read twice: give an iterable that starts from the beginning each time');
}

/** One try within its time limit. Rejects for an abort, and for a bug of our own. */
async function attempt(
  posting: Posting,
  message: WebhookMessage,
  control: AbortController,
  timeoutMs: number,
): Promise<WebhookAttempt> {
  const { signal } = control;
  const signed = await signMessage(message, posting.clock(), signal);
  const startedAt = performance.now();
  const timer = setTimeout(() => control.abort(new TimeIsUp()), timeoutMs);
  try {
    return await post(posting, { url: new URL(message.url), signed, body: message.body }, signal);
  } catch (error) {
    const timedOut = signal.reason instanceof TimeIsUp;
    if (signal.aborted && !timedOut) throw signal.reason;
    const failure = timedOut ? describeTimeout(timeoutMs) : describeError(error);
    if (failure === null) throw error;
    return unanswered(failure, Math.round(performance.now() - startedAt));
  } finally {
    clearTimeout(timer);
  }
}

export function createWebhookSender(options: WebhookSenderOptions): ClosableWebhookSender {
  const guard = createEgressGuard({ allow: options.allow });
  const slots = createReceiverSlots(options.caps ?? DELIVERY_CAPS);
  const posting: Posting = {
    connecting: {
      guard,
      lookup: options.lookup ?? createDnsLookup(),
      trustedLookup: options.lookup ?? systemLookup,
      certificateAuthorities: options.certificateAuthorities ?? [],
    },
    clock: options.clock,
    userAgent: `Conveyance/${options.version}`,
    maxResponseBytes: options.maxResponseBytes ?? DEFAULT_RESPONSE_BYTES,
  };
  const underWay = new Map<AbortController, Promise<WebhookAttempt>>();
  let closed = false;

  async function run(message: WebhookMessage, control: AbortController): Promise<WebhookAttempt> {
    refuseOneShotBody(message);
    if (!guard.judgeUrl(message.url).allowed) return unanswered(describeRefusal(), 0);
    const host = plainName(new URL(message.url).hostname);
    const release = await slots.acquire({ accountId: message.accountId, host }, control.signal);
    try {
      return await attempt(posting, message, control, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    } finally {
      release();
    }
  }

  return {
    accepts: (url) => guard.judgeUrl(url).allowed,
    send(message, signal) {
      // One controller for the caller, the time limit and `close`: `AbortSignal.any` on a signal that lives as long as the
      // process keeps 1.2 kB for each try on Node 20 (measured: 62 MB after 50,000).
      const control = new AbortController();
      const abort = () => control.abort(closed ? new Error('the webhook sender is closed') : signal.reason);
      if (closed || signal.aborted) abort();
      // A worker's single stop signal serves all of its tries; Node would report the eleventh listener as a leak.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', abort, { once: true });
      const ended = run(message, control).finally(() => {
        signal.removeEventListener('abort', abort);
        underWay.delete(control);
      });
      underWay.set(control, ended);
      return ended;
    },
    async close() {
      closed = true;
      for (const control of underWay.keys()) control.abort(new Error('the webhook sender was closed'));
      await Promise.allSettled(underWay.values());
    },
  };
}
