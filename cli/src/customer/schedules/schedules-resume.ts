/** `conveyance schedules resume`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printSchedule } from './schedule-view.ts';

export const schedulesResume = defineCommand({
  name: 'schedules resume',
  summary: 'Resume a schedule',
  details: 'Continues with its next planned instant. From now on its jobs are made for the credentials that resume it.',
  arguments: { schedule: argument('The schedule’s id, as `schedules list` shows it.') },
  options: {},
  examples: [
    {
      line: 'conveyance schedules resume 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10',
      meaning: 'After a pause, or with a new key before the old one is revoked',
    },
  ],
  async run({ args, out, world }) {
    printSchedule(out, await openClient(world).schedules.resume(args.schedule, { signal: world.interrupt }));
  },
});
