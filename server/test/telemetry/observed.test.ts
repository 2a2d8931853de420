/** What is seen of a webhook's try, and that being seen changes nothing. */
import { describe, expect, it } from 'vitest';
import { NO_METER, NO_TRACER } from '../../src/core/ports/telemetry.ts';
import type { WebhookAttempt } from '../../src/core/webhooks/delivery.ts';
import { observedSender } from '../../src/telemetry/observed.ts';
import { message, NEVER } from '../webhooks/receiver.ts';

function stage(answer: () => Promise<WebhookAttempt>) {
  const seen: string[] = [];
  const meter = {
    ...NO_METER,
    webhookTried: (result: string, seconds: number) => void seen.push(`${result} ${seconds.toFixed(1)}`),
  };
  const sender = observedSender({ accepts: (url) => url === 'yes', send: answer }, { meter, tracer: NO_TRACER });
  return { sender, seen };
}

function attempt(status: number | null, failure: string | null): WebhookAttempt {
  return { status, failure, latencyMs: 1500, responseHead: '', retryAfterSeconds: null };
}

describe('a try at a webhook', () => {
  it.each([
    [204, null, 'delivered'],
    [301, 'moved', '3xx'],
    [404, 'gone', '4xx'],
    [503, 'busy', '5xx'],
    [null, 'refused', 'no_answer'],
    [200, 'broken off', 'no_answer'],
  ])('with status %j and failure %j counts as %s', async (status, failure, result) => {
    const expected = attempt(status, failure);
    const { sender, seen } = stage(async () => expected);
    expect(await sender.send(message('http://127.0.0.1/'), NEVER)).toBe(expected);
    expect(seen).toEqual([`${result} 1.5`]);
  });

  it('that was not made counts as our fault, unless it was given up', async () => {
    const fault = new Error('no secrets');
    const { sender, seen } = stage(() => Promise.reject(fault));
    await expect(sender.send(message('http://127.0.0.1/'), NEVER)).rejects.toBe(fault);
    await expect(sender.send(message('http://127.0.0.1/'), AbortSignal.abort())).rejects.toBe(fault);
    expect(seen.map((each) => each.split(' ')[0])).toEqual(['not_sent']);
  });

  it('is judged by the sender that is observed', () => {
    const { sender } = stage(async () => attempt(204, null));
    expect([sender.accepts('yes'), sender.accepts('no')]).toEqual([true, false]);
  });
});
