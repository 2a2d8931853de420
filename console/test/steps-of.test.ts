/** The timeline of an export: what is known of it, and nothing that is not so. */
import { expect, test } from 'vitest';
import { stepsOf } from '../src/text/steps-of.ts';

const [SUBMITTED, STARTED, ENDED] = ['2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z', '2026-01-02T03:04:09Z'];

type Job = Parameters<typeof stepsOf>[0];

function namesOf(job: Partial<Job>): string[] {
  // What the timeline reads of a job.
  return stepsOf({ created_at: SUBMITTED, ...job } as Job).map(({ name }) => name);
}

test.each([
  ['waits', { status: 'submitted', started_at: null, finished_at: null }, ['Submitted']],
  ['runs', { status: 'submitted', started_at: STARTED, finished_at: null }, ['Submitted', 'Started']],
  ['is done', { status: 'succeeded', started_at: STARTED, finished_at: ENDED }, ['Submitted', 'Started', 'Succeeded']],
  ['failed', { status: 'failed', started_at: STARTED, finished_at: ENDED }, ['Submitted', 'Started', 'Failed']],
  [
    'was cancelled in the queue',
    { status: 'cancelled', started_at: null, finished_at: ENDED },
    ['Submitted', 'Cancelled'],
  ],
  ['is of a server that kept no times', { status: 'succeeded' }, ['Submitted']],
] as const)('of one that %s', (_state, job, names) => {
  expect(namesOf(job)).toEqual(names);
});

test.each([
  ['delivered', ENDED, ['Submitted', 'Succeeded', 'Called back']],
  ['failed', ENDED, ['Submitted', 'Succeeded', 'Callback failed']],
  ['pending', null, ['Submitted', 'Succeeded']],
] as const)('has its webhook once that is %s', (state, finished_at, names) => {
  const job = { created_at: SUBMITTED, status: 'succeeded', finished_at: ENDED } as Job;
  // What it reads of a delivery.
  const delivery = { state, finished_at } as Parameters<typeof stepsOf>[1];
  expect(stepsOf(job, delivery).map(({ name }) => name)).toEqual(names);
});
