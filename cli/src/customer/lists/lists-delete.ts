/** `conveyance lists delete`. */
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { LIST } from './list-argument.ts';
import { printList } from './list-view.ts';

export const listsDelete = defineCommand({
  name: 'lists delete',
  summary: 'Remove a list',
  details:
    'Exports that were made by it stay. A list that a schedule uses is not removed: the answer names the schedules.',
  arguments: { list: argument(LIST) },
  options: {},
  examples: [{ line: 'conveyance lists delete Texas', meaning: 'It is no longer needed' }],
  async run({ args, out, world }) {
    printList(out, await openClient(world).lists.delete(args.list, { signal: world.interrupt }));
  },
});
