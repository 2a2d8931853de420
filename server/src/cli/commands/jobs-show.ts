import { readAnyJob } from '../../jobs/read.ts';
import { defineCommand } from '../command.ts';
import { openClient } from '../customer.ts';
import { printJob } from '../job-view.ts';
import { asOperator, callerFor } from '../operator.ts';
import { operatorView, printOperatorJob } from '../operator-job-view.ts';
import { argument } from '../options.ts';
import { AS_OPERATOR } from './jobs-list.ts';

export const jobsShow = defineCommand({
  name: 'jobs show',
  audience: 'customer',
  summary: 'Show one job: how far it is, what came out',
  arguments: { job: argument('The job’s id.') },
  options: AS_OPERATOR,
  examples: [{ line: 'conveyance jobs show ed49987b-6539-4e9e-8a63-2bcd811ef0ec', meaning: 'Is it done?' }],
  async run({ args, options, out, world }) {
    const { account } = options;
    if (account === undefined) {
      printJob(out, await openClient(world).exports.get(args.job, { signal: world.interrupt }));
      return;
    }
    const job = await asOperator(world, options, async (deps) =>
      readAnyJob(deps, await callerFor(deps, account), args.job),
    );
    printOperatorJob(out, operatorView(job));
  },
});
