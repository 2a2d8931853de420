import { describe, expect, it, vi } from 'vitest';
import { encodePropertyIds } from '../../src/core/ids/property-ids.ts';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import { Admission } from '../../src/core/turns/admission.ts';
import type { WebhookAttempt } from '../../src/core/webhooks/delivery.ts';
import { BYTES_IN_FLIGHT } from '../../src/core/webhooks/message-size.ts';
import { WEBHOOK_SCHEDULE_SECONDS } from '../../src/core/webhooks/retry.ts';
import { deliver } from '../../src/jobs/webhooks/deliver.ts';
import { submittedJob } from './submitted-job.ts';

const CLAIM = {
  accountId: 'c0ffee00-0000-4000-8000-000000000001',
  id: 'ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
  token: '1',
  jobId: null,
  url: 'https://receiver.example.com/',
  host: 'receiver.example.com',
  createdAt: new Date('2026-03-01T12:00:00Z'),
  triesMade: 0,
};

it('a try that the database broke off is not counted against the receiver', async () => {
  const away = new DatabaseAway(new Error('Connection terminated unexpectedly'));
  const settled: unknown[] = [];
  const deps = {
    db: {
      webhookSecrets: { live: () => Promise.reject(away) },
      deliveries: { settle: async (...how: unknown[]) => settled.push(how) },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    meter: { webhookGivenUp: () => {} },
    policy: { webhookSchedule: [0, 5] },
  };
  // The literals implement what this try uses of each port; the compiler wants whole ports.
  const ports = deps as unknown as Parameters<typeof deliver>[0];
  const how = { signal: new AbortController().signal, random: 0, inFlight: new Admission(BYTES_IN_FLIGHT) };
  await expect(deliver(ports, CLAIM, how)).rejects.toBe(away);
  expect(settled).toEqual([]);
});

describe('bodies in flight', () => {
  const JOB = { ...submittedJob(), propertyCount: 1_000_000, callbackUrl: CLAIM.url };
  const OF_JOB = { ...CLAIM, jobId: JOB.id };

  /** A receiver that answers when it is told to, and the record of what became of each try. */
  function stage(answer: Promise<WebhookAttempt>) {
    const became: unknown[] = [];
    let idsRead = 0;
    const deps = {
      db: {
        jobs: {
          get: async () => JOB,
          propertyIds: async () => {
            idsRead++;
            return encodePropertyIds([99001416], 1);
          },
        },
        webhookSecrets: { live: async () => [{ sealed: new Uint8Array(), createdAt: new Date(0), expiresAt: null }] },
        deliveries: {
          settle: async (_claim: unknown, { failure }: WebhookAttempt, delay: number | null) =>
            became.push(['settled', failure, delay]),
          giveBack: async (_claim: unknown, delay?: number) => became.push(['given back', delay]),
        },
      },
      webhooks: { send: () => answer },
      vault: { open: () => 'whsec_AAAA' },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      meter: { webhookGivenUp: () => {} },
      policy: { webhookSchedule: WEBHOOK_SCHEDULE_SECONDS, publicUrl: 'http://127.0.0.1' },
    };
    const ports = deps as unknown as Parameters<typeof deliver>[0];
    return { ports, became, idsRead: () => idsRead };
  }
  const refused: WebhookAttempt = {
    status: 503,
    latencyMs: 1,
    failure: 'no',
    responseHead: '',
    retryAfterSeconds: null,
  };
  const terms = () => ({ signal: new AbortController().signal, random: 0, inFlight: new Admission(BYTES_IN_FLIGHT) });

  it('of one account wait their turn, uncounted and unread, and others’ do not', async () => {
    let answer: (attempt: WebhookAttempt) => void = () => undefined;
    const { ports, became, idsRead } = stage(
      new Promise((resolve) => {
        answer = resolve;
      }),
    );
    const shared = terms();
    const trying = [1, 2, 3].map(() => deliver(ports, OF_JOB, shared));
    await vi.waitFor(() => expect(idsRead()).toBe(3));
    await deliver(ports, OF_JOB, shared);
    expect(became).toEqual([['given back', 8]]);
    expect(idsRead()).toBe(3);
    const others = deliver(ports, { ...OF_JOB, accountId: 'c0ffee00-0000-4000-8000-000000000002' }, shared);
    await vi.waitFor(() => expect(idsRead()).toBe(4));
    answer(refused);
    await Promise.all([...trying, others]);
    expect(shared.inFlight.counts.used).toBe(0);
    await deliver(ports, OF_JOB, shared);
    expect(idsRead()).toBe(5);
  });

  it('that are large are tried less often over the same time', async () => {
    const { ports, became } = stage(Promise.resolve(refused));
    for (let triesMade = 0; triesMade < 5; triesMade++) await deliver(ports, { ...OF_JOB, triesMade }, terms());
    expect(became).toEqual([305, 9_000, 54_000, 208_800, null].map((delay) => ['settled', 'no', delay]));
  });
});
