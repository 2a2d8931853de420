/** `conveyance schedules delete`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printSchedule } from './schedule-view.ts';

export const schedulesDelete = defineCommand({
  name: 'schedules delete',
  summary: 'Remove a schedule and its list of runs',
  details: 'Jobs already made stay.',
  arguments: { schedule: argument('The schedule’s id, as `schedules list` shows it.') },
  options: {},
  examples: [
    {
      line: 'conveyance schedules delete 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10',
      meaning: 'The export is no longer needed',
    },
  ],
  async run({ args, out, world }) {
    printSchedule(out, await openClient(world).schedules.delete(args.schedule, { signal: world.interrupt }));
  },
});
