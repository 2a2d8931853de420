/** Receives the webhooks of the demo's customer, and keeps what arrived for each job. */

import { type ReceivedWebhook, startWebhookReceiver } from '@conveyance/cli/customer';
import { IntegrityError, WaitTimeoutError } from '@conveyance/sdk';

const PATIENCE_MS = 20_000;

export interface WebhookSink {
  /** For a job's `callback_url`. */
  readonly url: string;
  /** The verified webhook of the job. Throws if a message was refused or none arrives. */
  arrival(jobId: string, signal: AbortSignal): Promise<ReceivedWebhook>;
  close(): Promise<void>;
}

export async function startWebhookSink(secrets: () => Promise<readonly string[]>): Promise<WebhookSink> {
  const arrived = new Map<string, ReceivedWebhook>();
  const waiting = new Map<string, { resolve(webhook: ReceivedWebhook): void; reject(error: unknown): void }>();
  const fail = (error: unknown) => {
    for (const { reject } of waiting.values()) reject(error);
  };
  const receiver = await startWebhookReceiver({
    port: 0,
    secrets,
    onReceived(webhook) {
      const { event, refusal } = webhook;
      if (event === null || 'event' in event) {
        fail(new IntegrityError('webhook', { expected: 'a signed job', actual: refusal ?? 'a test event' }));
        return;
      }
      arrived.set(event.job_id, webhook);
      waiting.get(event.job_id)?.resolve(webhook);
    },
    onError: fail,
  });
  return {
    ...receiver,
    async arrival(jobId, signal) {
      const early = arrived.get(jobId);
      if (early !== undefined) return early;
      signal.throwIfAborted();
      const stop = () => waiting.get(jobId)?.reject(signal.reason);
      const timer = setTimeout(
        () => waiting.get(jobId)?.reject(new WaitTimeoutError(jobId, PATIENCE_MS, null)),
        PATIENCE_MS,
      );
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await new Promise<ReceivedWebhook>((resolve, reject) => waiting.set(jobId, { resolve, reject }));
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        waiting.delete(jobId);
      }
    },
  };
}
