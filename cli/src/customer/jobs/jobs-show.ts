/** `conveyance jobs show`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printJob } from './job-view.ts';

export const jobsShow = defineCommand({
  name: 'jobs show',
  summary: 'Show one job: its progress and result',
  arguments: { job: argument('The job’s id.') },
  options: {},
  examples: [{ line: 'conveyance jobs show ed49987b-6539-4e9e-8a63-2bcd811ef0ec', meaning: 'Is it done?' }],
  async run({ args, out, world }) {
    printJob(out, await openClient(world).exports.get(args.job, { signal: world.interrupt }));
  },
});
