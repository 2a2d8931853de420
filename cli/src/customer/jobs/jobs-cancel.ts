/** `conveyance jobs cancel`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printJob } from './job-view.ts';

export const jobsCancel = defineCommand({
  name: 'jobs cancel',
  summary: 'Stop a job',
  details: 'A cancelled job cannot be resumed; submit a new one. Cancelling it twice is fine.',
  arguments: { job: argument('The job’s id.') },
  options: {},
  examples: [
    { line: 'conveyance jobs cancel ed49987b-6539-4e9e-8a63-2bcd811ef0ec', meaning: 'The data is no longer needed' },
  ],
  async run({ args, out, world }) {
    printJob(out, await openClient(world).exports.cancel(args.job, { signal: world.interrupt }));
  },
});
