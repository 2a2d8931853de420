import { expect, it } from 'vitest';
import { DatabaseAway } from '../../src/core/passing-fault.ts';
import { deliver } from '../../src/jobs/webhooks/deliver.ts';

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
  const how = { signal: new AbortController().signal, random: 0 };
  await expect(deliver(ports, CLAIM, how)).rejects.toBe(away);
  expect(settled).toEqual([]);
});
