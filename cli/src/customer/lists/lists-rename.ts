/** `conveyance lists rename`. */
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { argument } from '../../terminal/options.ts';
import { LIST } from './list-argument.ts';
import { printList } from './list-view.ts';

export const listsRename = defineCommand({
  name: 'lists rename',
  summary: 'Give a list another name',
  details: 'Schedules that use it go on.',
  arguments: { list: argument(LIST), name: argument('The new name.') },
  options: {},
  examples: [{ line: 'conveyance lists rename Texas "Texas, large"', meaning: 'A clearer name' }],
  async run({ args, out, world }) {
    const { list, name } = args;
    printList(out, await openClient(world).lists.change(list, { name }, { signal: world.interrupt }));
  },
});
