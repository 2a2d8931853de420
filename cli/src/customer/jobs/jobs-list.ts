/** `conveyance jobs list`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { wholeNumber } from '../../terminal/options.ts';
import { PAGE_FIELDS } from '../exports/request-options.ts';
import { jobTable } from './job-view.ts';

export const jobsList = defineCommand({
  name: 'jobs list',
  summary: 'Show the account’s jobs, newest first',
  fields: PAGE_FIELDS,
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [{ line: 'conveyance jobs list --per-page 10', meaning: 'The last ten exports' }],
  async run({ options: { page, perPage }, out, world }) {
    const listed = await openClient(world).exports.list({
      signal: world.interrupt,
      ...(page === undefined ? {} : { page }),
      ...(perPage === undefined ? {} : { perPage }),
    });
    out.data(listed, jobTable(listed.jobs, out.instant));
  },
});
