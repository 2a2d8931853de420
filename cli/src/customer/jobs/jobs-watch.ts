/** `conveyance jobs watch`. */
import { ReportJobFailedError } from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { eventLine } from '../exports/follow-report-job.ts';

export const jobsWatch = defineCommand({
  name: 'jobs watch',
  summary: 'Follow a job until it ends',
  details:
    'Prints a line for each change of the job, as it happens, even across a restart of the server. The exit code says whether it succeeded.',
  arguments: { job: argument('The job’s id.') },
  options: {},
  examples: [
    { line: 'conveyance jobs watch ed49987b-6539-4e9e-8a63-2bcd811ef0ec', meaning: 'See it move' },
    {
      line: 'conveyance jobs watch --json ed49987b-6539-4e9e-8a63-2bcd811ef0ec',
      meaning: 'Each change as a line of JSON, for a program',
    },
  ],
  async run({ args, out, world }) {
    const { exports: jobs } = openClient(world);
    let succeeded = false;
    for await (const job of jobs.events(args.job, { signal: world.interrupt })) {
      out.data(job, eventLine(job));
      succeeded = job.status === 'succeeded';
    }
    if (!succeeded) throw new ReportJobFailedError(await jobs.get(args.job, { signal: world.interrupt }));
  },
});
