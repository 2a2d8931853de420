/** `conveyance schedules list`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { wholeNumber } from '../../terminal/options.ts';
import { PAGE_FIELDS } from '../exports/request-options.ts';
import { scheduleTable } from './schedule-view.ts';

export const schedulesList = defineCommand({
  name: 'schedules list',
  summary: 'Show the account’s schedules, newest first',

  fields: PAGE_FIELDS,
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [{ line: 'conveyance schedules list', meaning: 'What comes next, and when' }],
  async run({ options: { page, perPage }, out, world }) {
    const listed = await openClient(world).schedules.list({
      signal: world.interrupt,
      ...(page === undefined ? {} : { page }),
      ...(perPage === undefined ? {} : { perPage }),
    });
    out.data(listed, scheduleTable(listed.schedules, out.instant));
  },
});
