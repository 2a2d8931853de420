/** `conveyance lists list`. */
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { wholeNumber } from '../../terminal/options.ts';
import { PAGE_FIELDS } from '../exports/request-options.ts';
import { listTable } from './list-view.ts';

export const listsList = defineCommand({
  name: 'lists list',
  summary: 'Show the account’s lists, by name',
  fields: PAGE_FIELDS,
  arguments: {},
  options: {
    page: wholeNumber('<n>', 1, { description: 'From 1.' }),
    perPage: wholeNumber('<n>', 1, { description: 'Up to 100. Default: 50.' }),
  },
  examples: [{ line: 'conveyance lists list', meaning: 'Which lists are there?' }],
  async run({ options: { page, perPage }, out, world }) {
    const listed = await openClient(world).lists.list({
      signal: world.interrupt,
      ...(page === undefined ? {} : { page }),
      ...(perPage === undefined ? {} : { perPage }),
    });
    out.data(listed, listTable(listed.lists, out.instant));
  },
});
