/** What a list is to hold, from the options of the commands that write one. */
import type { Conveyance } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import { text } from '../../terminal/options.ts';
import type { World } from '../../terminal/world.ts';
import { namesIds, readIds } from '../exports/export-plan.ts';
import { IDS } from '../exports/request-options.ts';

export const CONTENT = {
  ...IDS,
  filter: text('<condition>', {
    description: 'What its properties meet whenever the list is used, e.g. "state = \'TX\' AND unit_count >= 50".',
  }),
};

export const CONTENT_FIELDS = { property_ids: '--ids', filter: '--filter' };

interface ContentOptions {
  readonly ids: readonly string[];
  readonly idsFile: string | undefined;
  readonly filter: string | undefined;
}

/** Throws unless ids or a filter are given, and not both. */
export async function readContent(client: Conveyance, options: ContentOptions, world: World) {
  const { filter } = options;
  const hasIds = namesIds(options);
  if (filter !== undefined && hasIds) throw usage('--filter takes no ids: give one of --ids, --ids-file, --filter');
  if (filter !== undefined) return { filter };
  if (!hasIds) throw usage('missing: --ids, --ids-file or --filter');
  return { property_ids: await readIds(client, options, world) };
}
