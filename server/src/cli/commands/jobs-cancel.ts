import { cancelJob } from '../../jobs/cancel.ts';
import { defineCommand } from '../command.ts';
import { openClient } from '../customer.ts';
import { printJob } from '../job-view.ts';
import { asOperator, callerFor } from '../operator.ts';
import { operatorView, printOperatorJob } from '../operator-job-view.ts';
import { argument } from '../options.ts';
import { AS_OPERATOR } from './jobs-list.ts';

export const jobsCancel = defineCommand({
  name: 'jobs cancel',
  audience: 'customer',
  summary: 'Stop a job',
  details: 'A cancelled job cannot be taken up again; submit a new one. Cancelling it twice is fine.',
  arguments: { job: argument('The job’s id.') },
  options: AS_OPERATOR,
  examples: [
    { line: 'conveyance jobs cancel ed49987b-6539-4e9e-8a63-2bcd811ef0ec', meaning: 'The data is not needed any more' },
  ],
  async run({ args, options, out, world }) {
    const { account } = options;
    if (account === undefined) {
      printJob(out, await openClient(world).exports.cancel(args.job, { signal: world.interrupt }));
      return;
    }
    const job = await asOperator(world, options, async (deps) =>
      cancelJob(deps, await callerFor(deps, account), args.job),
    );
    printOperatorJob(out, operatorView(job));
  },
});
