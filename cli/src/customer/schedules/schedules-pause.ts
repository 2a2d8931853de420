/** `conveyance schedules pause`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printSchedule } from './schedule-view.ts';

export const schedulesPause = defineCommand({
  name: 'schedules pause',
  summary: 'Pause a schedule',
  details: 'Runs that wait for their data are skipped; jobs already made continue. Missed runs are not made up for.',
  arguments: { schedule: argument('The schedule’s id, as `schedules list` shows it.') },
  options: {},
  examples: [
    {
      line: 'conveyance schedules pause 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10',
      meaning: 'While the receiver is being moved',
    },
  ],
  async run({ args, out, world }) {
    printSchedule(out, await openClient(world).schedules.pause(args.schedule, { signal: world.interrupt }));
  },
});
