/** An answer that was under way while an event came must not take the event back. */
import type { ReportJob } from '@conveyance/sdk';
import { expect, test } from 'vitest';
import { hear, upToDate } from '../src/server/heard.ts';

const submitted = { job_id: 'a', status: 'submitted', property_ids: [1, 2] } as unknown as ReportJob;
const succeeded = { ...submitted, status: 'succeeded' } as ReportJob;
const renewed = (job: ReportJob, renew: (job: ReportJob) => ReportJob) => renew(job);

/** A question that is under way until it is answered. */
function question() {
  let answer = (_job: ReportJob) => {};
  const answered = new Promise<ReportJob>((resolve) => {
    answer = resolve;
  });
  return { answer: (job: ReportJob) => answer(job), asked: upToDate(() => answered, renewed) };
}

test('what was heard after the question was put stands', async () => {
  const { answer, asked } = question();
  hear({ ...succeeded, property_ids: undefined } as unknown as ReportJob);
  answer(submitted);
  expect(await asked).toMatchObject({ status: 'succeeded', property_ids: [1, 2] });
});

test('what was heard before says nothing: the answer is newer', async () => {
  hear(submitted);
  expect(await upToDate(async () => succeeded, renewed)).toMatchObject({ status: 'succeeded' });
});

test('of many jobs the last hundred are remembered', async () => {
  const { answer, asked } = question();
  hear(succeeded);
  for (let each = 0; each < 100; each += 1) hear({ ...submitted, job_id: `other ${each}` });
  answer(submitted);
  expect(await asked).toMatchObject({ status: 'submitted' });
});
