/** `conveyance schedules runs`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument, wholeNumber } from '../../terminal/options.ts';
import { PAGE_FIELDS } from '../exports/request-options.ts';
import { runTable } from './schedule-view.ts';

export const schedulesRuns = defineCommand({
  name: 'schedules runs',
  summary: 'Show what became of a schedule’s runs, latest first',
  details: 'One line for each planned instant: the job it became, or why there is none.',
  fields: PAGE_FIELDS,
  arguments: { schedule: argument('The schedule’s id.') },
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [
    { line: 'conveyance schedules runs 5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10', meaning: 'Did the monthly export run?' },
  ],
  async run({ args, options: { page, perPage }, out, world }) {
    const listed = await openClient(world).schedules.runs(args.schedule, {
      signal: world.interrupt,
      ...(page === undefined ? {} : { page }),
      ...(perPage === undefined ? {} : { perPage }),
    });
    out.data(listed, runTable(listed.runs, out.instant));
  },
});
