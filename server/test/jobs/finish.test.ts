/** What follows from the end of a job, whoever ends it. */
import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/core/job.ts';
import type { Ending } from '../../src/core/ports/database/jobs.ts';
import { finishJob } from '../../src/jobs/finish.ts';
import { KEY, NOW, submittedJob } from './submitted-job.ts';

const SUCCEEDED: Ending = { outcome: 'succeeded', attempt: 1, results: [], expiresAt: NOW };
const FAILED: Ending = { outcome: 'failed', attempt: 3, failure: { code: 'export_failed', message: 'no' } };
const CANCELLED: Ending = { outcome: 'cancelled' };
const DELIVERY_ID = 'f00d0000-0000-4000-8000-000000000001';

/** Ends a job on literal tables. `job` is what the database makes of it: null when another ending was first. */
async function finish(job: Job | null, ending: Ending, webhookSchedule: readonly number[] = [5, 300]) {
  const calls: unknown[][] = [];
  const note =
    (what: string) =>
    async (...args: unknown[]) =>
      void calls.push([what, ...args]);
  const tables = {
    jobs: {
      finish: async (...args: unknown[]) => {
        calls.push(['finish', ...args]);
        return job;
      },
    },
    quota: { keep: note('keep quota'), giveBack: note('give quota back') },
    deliveries: { enqueue: note('enqueue') },
  };
  const deps = { ids: () => DELIVERY_ID, policy: { webhookSchedule } };
  // The literals have what this verb uses of each port; the compiler wants whole ones.
  const [tx, ports] = [tables, deps] as unknown as [Parameters<typeof finishJob>[0], Parameters<typeof finishJob>[1]];
  const finished = await finishJob(tx, ports, KEY, ending);
  return { finished, calls };
}

describe('the end of a job', () => {
  it.each([
    [SUCCEEDED, 'keep quota'],
    [FAILED, 'give quota back'],
    [CANCELLED, 'give quota back'],
  ])('settles its quota: $outcome', async (ending, settled) => {
    const job = submittedJob({ status: ending.outcome });
    expect(await finish(job, ending)).toEqual({
      finished: job,
      calls: [
        ['finish', KEY, ending],
        [settled, KEY],
      ],
    });
  });

  it('queues its webhook, to be sent after the first delay of the schedule', async () => {
    const job = submittedJob({ status: 'succeeded', callbackUrl: 'https://Hooks.Example.com.:8443/done?job=1' });
    const { finished, calls } = await finish(job, SUCCEEDED);
    expect(finished).toBe(job);
    expect(calls.slice(2)).toEqual([
      [
        'enqueue',
        {
          accountId: KEY.accountId,
          id: DELIVERY_ID,
          jobId: KEY.id,
          url: 'https://Hooks.Example.com.:8443/done?job=1',
          host: 'hooks.example.com',
          delaySeconds: 5,
        },
      ],
    ]);
  });

  it('sends its webhook at once where the schedule is empty', async () => {
    const { calls } = await finish(submittedJob({ callbackUrl: 'https://hooks.example.com/' }), CANCELLED, []);
    expect(calls.at(-1)).toMatchObject(['enqueue', { delaySeconds: 0 }]);
  });

  it('has no consequence when another was first', async () => {
    expect(await finish(null, SUCCEEDED)).toEqual({ finished: null, calls: [['finish', KEY, SUCCEEDED]] });
  });
});
