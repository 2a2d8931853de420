/** One request and its answer. Nothing outlives it: each try has its own connection, checked for it alone. */
import { Readable } from 'node:stream';
import { Client } from 'undici';
import type { Clock } from '../core/ports/clock.ts';
import type { WebhookAttempt } from '../core/webhooks/delivery.ts';
import { parseRetryAfter, readHead } from './answer.ts';
import { encodeBlocks } from './body.ts';
import { type Connecting, createConnector } from './connect.ts';
import { describeStatus } from './failure.ts';
import type { SignedMessage } from './sign.ts';

export interface Posting {
  readonly connecting: Connecting;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly maxResponseBytes: number;
}

export interface PostRequest {
  readonly url: URL;
  readonly signed: SignedMessage;
  readonly body: Iterable<string>;
}

/** Rejects if there is no status; once there is one the try has an outcome, whatever happens to the rest of the answer. */
export async function post(posting: Posting, request: PostRequest, signal: AbortSignal): Promise<WebhookAttempt> {
  const { connecting, clock, userAgent, maxResponseBytes } = posting;
  const { url, signed, body } = request;
  const startedAt = performance.now();
  const client = new Client(url.origin, {
    connect: createConnector(connecting, signal),
    // The caller's signal bounds the whole; undici's own limits would only give the same end another name.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const answer = await client.request({
      method: 'POST',
      path: url.pathname + url.search,
      headers: {
        'content-type': 'application/json',
        'content-length': String(signed.bytes),
        'user-agent': userAgent,
        ...signed.headers,
      },
      body: Readable.from(encodeBlocks(body)),
      reset: true,
      signal,
    });
    const latencyMs = Math.round(performance.now() - startedAt);
    return {
      status: answer.statusCode,
      latencyMs,
      failure: describeStatus(answer.statusCode),
      retryAfterSeconds: parseRetryAfter(answer.headers['retry-after'], clock()),
      responseHead: await readHead(answer.body, maxResponseBytes),
    };
  } finally {
    await client.destroy();
  }
}
