import { bareExport } from '../bare-engine.ts';
import { alone, type BenchCase, beside, type Figures, type How, measured } from '../frame/figures.ts';
import { startServed } from '../frame/served.ts';
import { seconds, takeTurns } from '../frame/turns.ts';
import { runJob, smallJob } from '../server.ts';
import { quantile } from '../statistics.ts';

const WHOLE = { jobs: 200, rounds: 5, atOnce: 32, warmUp: 5 };
const QUICK = { jobs: 3, rounds: 1, atOnce: 4, warmUp: 1 };
const MS_PER_SECOND = 1000;
const MOST_ABOVE_MS = 35;
const MOST_P99 = 2;
const LEAST_PER_SECOND = 40;

async function run({ quick }: How): Promise<Figures> {
  const size = quick ? QUICK : WHOLE;
  const served = await startServed({ size: quick ? 'tiny' : 'demo' });
  try {
    const bare = await bareExport(served, smallJob('csv'));
    const job = () => runJob(served, smallJob('csv'));
    const milliseconds = (work: () => Promise<unknown>) => async () => (await seconds(work)) * MS_PER_SECOND;
    const subjects = { job: milliseconds(job), bare: milliseconds(bare) };
    await takeTurns(size.warmUp, subjects);
    const oneByOne = await takeTurns(size.jobs, subjects);
    const atOnce = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: size.atOnce }, work));
    const inARow = async () => {
      for (let query = 0; query < size.atOnce; query++) await bare();
    };
    const together = await takeTurns(size.rounds, {
      job: async () => size.atOnce / (await seconds(() => atOnce(job))),
      bare: async () => size.atOnce / (await seconds(inARow)),
    });
    const above = oneByOne.job.map((time, round) => time - (oneByOne.bare[round] ?? Number.NaN));
    const p99 = quantile(
      oneByOne.job.toSorted((left, right) => left - right),
      0.99,
    );
    return {
      rows: [
        beside({ subject: 'one job after the other', unit: 'ms' }, oneByOne.job, {
          name: 'bare engine',
          values: oneByOne.bare,
        }),
        alone(
          {
            subject: 'what the job takes above the bare engine',
            unit: 'ms',
            goal: { of: 'value', is: 'at most', limit: MOST_ABOVE_MS },
          },
          above,
        ),
        alone(
          {
            subject: 'the slowest in a hundred, over the median',
            unit: '×',
            goal: { of: 'value', is: 'at most', limit: MOST_P99 },
          },
          [p99 / measured(oneByOne.job).median],
        ),
        beside(
          {
            subject: `${size.atOnce} jobs at once`,
            unit: '/s',
            goal: { of: 'value', is: 'at least', limit: LEAST_PER_SECOND },
          },
          together.job,
          { name: 'bare engine, one query after the other', values: together.bare },
        ),
      ],
      peakBytes: await served.peakOf(() => atOnce(job)),
      skipped: [],
    };
  } finally {
    await served.close();
  }
}

export const smallJobs: BenchCase = {
  name: 'small-jobs',
  title: 'Small jobs',
  about:
    'Three properties, 31 days, CSV, from the POST to `succeeded` as the database tells it: accepted, queued, claimed, written, hashed, flushed, committed. The bare engine is the same query on the same files by an engine that is open already, written to a file, neither hashed nor flushed.',
  run,
};
