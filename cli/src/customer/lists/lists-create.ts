/** `conveyance lists create`. */
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { sayWarnings } from '../exports/warnings.ts';
import { CONTENT, CONTENT_FIELDS, readContent } from './list-content.ts';
import { printList } from './list-view.ts';

export const listsCreate = defineCommand({
  name: 'lists create',
  summary: 'Save properties under a name',
  details:
    'By their ids, or by a filter that is judged each time the list is used: a condition over what `properties list --json` shows, with =, ' +
    '<>, <, <=, >, >=, IN, BETWEEN, IS NULL, AND, OR, NOT and parentheses. `export` and `schedules create` take the list with --list.',
  fields: CONTENT_FIELDS,
  arguments: { name: argument('Your word for it; no two lists have the same.') },
  options: CONTENT,
  examples: [
    { line: 'conveyance lists create Portfolio --ids-file portfolio.txt', meaning: 'The properties of a file' },
    {
      line: `conveyance lists create Texas --filter "state = 'TX' AND unit_count >= 50"`,
      meaning: 'Whatever is large in Texas at the time',
    },
    {
      line: 'conveyance properties list --city Austin --ids | conveyance lists create Austin --ids-file -',
      meaning: 'What a look-up finds today',
    },
  ],
  async run({ args, options, out, world }) {
    const client = openClient(world);
    const content = await readContent(client, options, world);
    const list = await client.lists.create({ name: args.name, ...content }, { signal: world.interrupt });
    printList(out, list);
    sayWarnings(out, list.warnings);
  },
});
