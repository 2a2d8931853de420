import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import type { Topic } from '../../src/core/ports/database/events.ts';
import type { DeliveryClaim } from '../../src/core/ports/database/webhooks.ts';
import type { WebhookMessage } from '../../src/core/ports/webhooks.ts';
import { DELIVERY_CAPS, DELIVERY_LEASE_SECONDS, type WebhookAttempt } from '../../src/core/webhooks/delivery.ts';
import { DeliveryWorker } from '../../src/worker/delivery-worker.ts';
import { submittedJob } from '../jobs/submitted-job.ts';

const POLL_MS = 1000;
const PAUSE_MS = 1000;
const DRAIN_MS = 5000;
const DELIVERED: WebhookAttempt = {
  status: 204,
  latencyMs: 7,
  failure: null,
  responseHead: '',
  retryAfterSeconds: null,
};
const REFUSED: WebhookAttempt = { ...DELIVERED, status: 503, failure: 'The receiver answered 503.' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Of a test event, which has one try. */
function claim(id = 1): DeliveryClaim {
  return {
    accountId: 'c0ffee00-0000-4000-8000-000000000001',
    id: `ed49987b-6539-4e9e-8a63-${String(id).padStart(12, '0')}`,
    token: String(id),
    jobId: null,
    url: `https://receiver-${id}.example.com/`,
    host: `receiver-${id}.example.com`,
    createdAt: new Date('2026-03-01T12:00:00Z'),
    triesMade: 0,
  };
}

type Send = (message: WebhookMessage, signal: AbortSignal) => Promise<WebhookAttempt>;

interface Stage {
  /** What the store answers to each claim, one after the other; then nothing. */
  readonly answers?: (DeliveryClaim | null | Error)[];
  readonly send?: Send;
  readonly settle?: () => Promise<boolean>;
  readonly slots?: number;
}

/** A worker whose store and receivers are literals, with a record of what was asked of them. */
function working({ answers = [], send = async () => DELIVERED, settle = async () => true, slots = 2 }: Stage = {}) {
  const asked: unknown[] = [];
  const sent: string[] = [];
  const settled: unknown[][] = [];
  const givenBack: string[] = [];
  const logged: unknown[][] = [];
  const listeners = new Map<Topic, () => void>();
  const log = (level: string) => (event: string, fields: unknown) => void logged.push([level, event, fields]);
  const deps = {
    db: {
      deliveries: {
        claim: async (terms: unknown) => {
          asked.push(terms);
          const answer = answers.shift() ?? null;
          if (answer instanceof Error) throw answer;
          return answer;
        },
        settle: async ({ id }: DeliveryClaim, { failure }: WebhookAttempt, delaySeconds: number | null) => {
          settled.push([id, failure, delaySeconds]);
          return settle();
        },
        giveBack: async ({ id }: DeliveryClaim) => givenBack.push(id) > 0,
      },
      jobs: { get: async () => submittedJob(), propertyIds: async () => encodePropertyIds([99001416], 1) },
      webhookSecrets: { live: async () => [{ sealed: new Uint8Array(), createdAt: new Date(0), expiresAt: null }] },
      subscribe: (topic: Topic, listener: () => void) => {
        listeners.set(topic, listener);
        return () => void listeners.delete(topic);
      },
    },
    webhooks: {
      send: (message: WebhookMessage, signal: AbortSignal) => {
        sent.push(message.id);
        return send(message, signal);
      },
    },
    vault: { open: () => 'whsec_AAAA' },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    meter: { webhookGivenUp: () => undefined },
    policy: { webhookSchedule: [0, 5], publicUrl: 'http://127.0.0.1' },
  };
  // The literals implement what a worker and its tries use of each port; the compiler wants whole ports.
  const ports = deps as unknown as ConstructorParameters<typeof DeliveryWorker>[0];
  const worker = new DeliveryWorker(ports, { drainMs: DRAIN_MS, slots });
  return { worker, answers, asked, sent, settled, givenBack, logged, listeners };
}

/** A receiver that answers nothing until the try is interrupted, or `answer` is called. */
function hanging() {
  const waiting: ((attempt: WebhookAttempt) => void)[] = [];
  const send: Send = (_message, signal) =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  return { send, answer: () => waiting.shift()?.(DELIVERED) };
}

const settledDown = () => vi.advanceTimersByTimeAsync(0);

describe('a worker of deliveries', () => {
  it('claims within the caps and under the lease, sends, settles, and asks again', async () => {
    const { worker, asked, sent, settled } = working({ answers: [claim()] });
    worker.start();
    await settledDown();
    expect(asked[0]).toEqual({ ...DELIVERY_CAPS, notTo: [], leaseSeconds: DELIVERY_LEASE_SECONDS });
    expect(sent).toEqual([claim().id]);
    expect(settled).toEqual([[claim().id, null, null]]);
    expect(asked.length).toBeGreaterThan(1);
    await worker.stop();
  });

  it('sleeps when nothing is due, until it is told of a delivery', async () => {
    const { worker, asked, answers, settled, listeners } = working();
    worker.start();
    await vi.advanceTimersByTimeAsync(POLL_MS - 1);
    expect(asked).toHaveLength(1);
    answers.push(claim());
    listeners.get('delivery-ready')?.();
    await settledDown();
    expect(settled).toHaveLength(1);
    await worker.stop();
  });

  it('has what failed tried again on the schedule, and finds it by itself when it is due', async () => {
    const ofJob = { ...claim(), jobId: submittedJob().id };
    const { worker, answers, sent, settled } = working({ answers: [ofJob], send: async () => REFUSED });
    worker.start();
    await settledDown();
    expect(settled).toEqual([[ofJob.id, REFUSED.failure, expect.toSatisfy((delay) => delay >= 5 && delay <= 5.5)]]);
    // Nobody tells when a delivery becomes due.
    answers.push({ ...ofJob, triesMade: 1 });
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(sent).toEqual([ofJob.id, ofJob.id]);
    expect(settled.at(-1)).toEqual([ofJob.id, REFUSED.failure, null]);
    await worker.stop();
  });

  it('makes as many tries at once as it has slots, and the next when one ends', async () => {
    const { send, answer } = hanging();
    const { worker, asked, sent, settled } = working({ answers: [claim(1), claim(2), claim(3)], send, slots: 2 });
    worker.start();
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);
    expect(sent).toEqual([claim(1).id, claim(2).id]);
    expect(asked).toHaveLength(2);
    answer();
    await settledDown();
    expect(settled).toEqual([[claim(1).id, null, null]]);
    expect(sent).toEqual([claim(1).id, claim(2).id, claim(3).id]);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(DRAIN_MS);
    await stopped;
  });

  it('leaves three quarters of its slots to other hosts, however many tries hang at one', async () => {
    const { send, answer } = hanging();
    const ofHost = [1, 2, 3].map((id) => ({ ...claim(id), host: 'hanging.example.com' }));
    const { worker, asked, answers, sent } = working({ answers: ofHost.slice(0, 2), send, slots: 8 });
    worker.start();
    await settledDown();
    expect(sent).toHaveLength(2);
    expect(asked.at(-1)).toMatchObject({ notTo: ['hanging.example.com'] });
    // A try that ends makes room.
    answer();
    await settledDown();
    expect(asked.at(-1)).toMatchObject({ notTo: [] });
    answers.push(...ofHost.slice(2));
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(sent).toHaveLength(3);
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(DRAIN_MS);
    await stopped;
  });

  it('pauses when the store fails at a claim, says so, and goes on', async () => {
    const { worker, asked, logged, settled } = working({ answers: [new Error('away'), claim()] });
    worker.start();
    await vi.advanceTimersByTimeAsync(PAUSE_MS - 1);
    expect(logged).toEqual([['error', 'delivery-worker-error', { error: new Error('away') }]]);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toHaveLength(1);
    await worker.stop();
  });

  it('survives a store that fails when a try ends: says so, frees the slot, and leaves the delivery to its lease', async () => {
    const failures = [new Error('away')];
    const settle = async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return true;
    };
    const { worker, logged, settled, givenBack } = working({ answers: [claim(1), claim(2)], settle, slots: 1 });
    worker.start();
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(logged).toContainEqual([
      'error',
      'delivery-interrupted',
      { deliveryId: claim(1).id, error: new Error('away') },
    ]);
    expect(settled.map(([id]) => id)).toEqual([claim(1).id, claim(2).id]);
    expect(givenBack).toEqual([]);
    await worker.stop();
  });
});

describe('a worker of deliveries that stops', () => {
  it('lets tries come to their end, claims no more, and listens no more', async () => {
    const { send, answer } = hanging();
    const { worker, asked, settled, givenBack, listeners } = working({
      answers: [claim(1), claim(2)],
      send,
      slots: 1,
    });
    worker.start();
    await settledDown();
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(DRAIN_MS - 1);
    answer();
    await stopped;
    expect(settled).toEqual([[claim(1).id, null, null]]);
    expect(givenBack).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(listeners.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('interrupts what has not ended when the time is over, and gives it back uncounted', async () => {
    const { worker, settled, givenBack } = working({ answers: [claim(1), claim(2)], send: hanging().send });
    worker.start();
    await settledDown();
    const stopped = worker.stop();
    await vi.advanceTimersByTimeAsync(DRAIN_MS - 1);
    expect(givenBack).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
    expect(givenBack).toEqual([claim(1).id, claim(2).id]);
    expect(settled).toEqual([]);
  });

  it('ends a pause after an error at once', async () => {
    const { worker } = working({ answers: [new Error('away')] });
    worker.start();
    await settledDown();
    await worker.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
