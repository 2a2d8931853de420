/** `conveyance jobs watch`. */
import { ReportJobFailedError } from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { optionalArgument } from '../../terminal/options.ts';
import { eventLine } from '../exports/follow-report-job.ts';

export const jobsWatch = defineCommand({
  name: 'jobs watch',
  summary: 'Follow a job until it ends, or all of them',
  details:
    'Prints a line for each change of the job, as it happens, even across a restart of the server. The exit code says whether it succeeded. ' +
    'Without a job it follows all report jobs of the account, those that have not ended first, until Ctrl-C.',
  arguments: { job: optionalArgument('The job’s id; without it all of them.') },
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
    if (args.job === undefined) {
      for await (const job of jobs.allEvents({ signal: world.interrupt })) {
        out.data(job, `${job.job_id}  ${eventLine(job)}`);
      }
      return;
    }
    let succeeded = false;
    for await (const job of jobs.events(args.job, { signal: world.interrupt })) {
      out.data(job, eventLine(job));
      succeeded = job.status === 'succeeded';
    }
    if (!succeeded) throw new ReportJobFailedError(await jobs.get(args.job, { signal: world.interrupt }));
  },
});
