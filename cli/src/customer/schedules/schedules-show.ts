/** `conveyance schedules show`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { printSchedule } from './schedule-view.ts';

export const schedulesShow = defineCommand({
  name: 'schedules show',
  summary: 'Show a schedule',
  details: 'With --json, also its property ids.',
  arguments: { schedule: argument('The schedule’s id, as `schedules list` shows it.') },
  options: {},
  examples: [
    { line: 'conveyance schedules show 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10', meaning: 'When does it run next?' },
  ],
  async run({ args, out, world }) {
    printSchedule(out, await openClient(world).schedules.get(args.schedule, { signal: world.interrupt }));
  },
});
