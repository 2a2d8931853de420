/** `conveyance lists replace`. */
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { sayWarnings } from '../exports/warnings.ts';
import { LIST } from './list-argument.ts';
import { CONTENT, CONTENT_FIELDS, readContent } from './list-content.ts';
import { printList } from './list-view.ts';

export const listsReplace = defineCommand({
  name: 'lists replace',
  summary: 'Give a list other properties',
  details:
    'In the place of all that it had. Exports that were made stay as they are; schedules that use the list export what it holds by each ' +
    'of their runs.',
  fields: CONTENT_FIELDS,
  arguments: { list: argument(LIST) },
  options: CONTENT,
  examples: [
    { line: 'conveyance lists replace Portfolio --ids-file portfolio-2026.txt', meaning: 'The file has changed' },
  ],
  async run({ args, options, out, world }) {
    const client = openClient(world);
    const content = await readContent(client, options, world);
    const list = await client.lists.change(args.list, content, { signal: world.interrupt });
    printList(out, list);
    sayWarnings(out, list.warnings);
  },
});
