/** `conveyance lists show`. */
import { ApiError, type Lists, type SavedListCount } from '@conveyance/sdk';
import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { LineOutput } from '../../terminal/line-output.ts';
import { argument, flag } from '../../terminal/options.ts';
import { LIST } from './list-argument.ts';
import { printList } from './list-view.ts';

/** Whoever may not look properties up is shown the list without its number. */
async function countIfAllowed(lists: Lists, id: string, signal: AbortSignal): Promise<SavedListCount | null> {
  try {
    return await lists.count({ property_list: id }, { signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return null;
    throw error;
  }
}

export const listsShow = defineCommand({
  name: 'lists show',
  summary: 'Show a list, and how many properties it means now',
  details: 'With --json, also its property ids. Costs no quota.',
  arguments: { list: argument(LIST) },
  options: { ids: flag({ description: 'Only the ids that were saved, one per line: for --ids-file.' }) },
  examples: [
    { line: 'conveyance lists show Texas', meaning: 'How many are they today?' },
    {
      line: 'conveyance lists show Portfolio --ids | sort -n > portfolio.txt',
      meaning: 'The ids of a list as a file',
    },
  ],
  async run({ args, options, out, world }) {
    const { lists } = openClient(world);
    const { interrupt: signal } = world;
    const list = await lists.get(args.list, { signal });
    if (!options.ids) {
      printList(out, list, await countIfAllowed(lists, list.list_id, signal));
      return;
    }
    if (list.property_ids === null) throw usage(`${list.name} is a filter: it has no ids of its own`);
    const output = new LineOutput(world);
    for (const id of list.property_ids) if (!(await output.write(`${id}\n`))) return;
  },
});
