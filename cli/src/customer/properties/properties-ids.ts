/** `conveyance properties ids`. */

import { openClient } from '../../terminal/client.ts';
import { defineCommand } from '../../terminal/command.ts';
import { usage } from '../../terminal/errors.ts';
import { EXIT_CODES } from '../../terminal/exit-codes.ts';
import { flag, optionalArguments, text } from '../../terminal/options.ts';
import { type EitherId, parseEitherId, readEitherIds } from '../../terminal/property-id-list.ts';
import { STANDARD_INPUT } from '../../terminal/standard-streams.ts';
import { formatCounted, formatTable } from '../../terminal/table.ts';
import type { World } from '../../terminal/world.ts';

async function readGiven(words: readonly string[], idsFile: string | undefined, world: World): Promise<EitherId[]> {
  const files = [...words.filter((word) => word === STANDARD_INPUT), ...(idsFile === undefined ? [] : [idsFile])];
  const given = words.filter((word) => word !== STANDARD_INPUT).map((word) => parseEitherId(word, 'an argument'));
  if (given.length === 0 && files.length === 0) {
    throw usage('missing: property ids, - for standard input, or --ids-file');
  }
  if (files.length > 1) throw usage('standard input and --ids-file exclude each other');
  const [file] = files;
  return file === undefined ? given : [...given, ...(await readEitherIds(file, world))];
}

export const propertiesIds = defineCommand({
  name: 'properties ids',
  summary: 'Translate property ids: numbers to UUIDs, and back',
  details:
    'A property has two ids: a number, by which reports are exported, and a UUID, by which details are fetched. Takes either, and shows ' +
    'both. The other commands take either too. Costs no quota. Exits with 3 if an id is of no property that you may see.',
  arguments: { ids: optionalArguments('Property ids of either kind; - reads them from standard input, one per line.') },
  options: {
    idsFile: text('<file>', { description: 'A file with one id per line, or with the output of a search.' }),
    numbers: flag({ description: 'Only the numbers, one per line.' }),
    uuids: flag({ description: 'Only the UUIDs, one per line.' }),
  },
  examples: [
    { line: 'conveyance properties ids 99001416', meaning: 'The UUID of a property' },
    {
      line: 'conveyance search --set state=TX --ids | conveyance properties ids - --numbers',
      meaning: 'The numbers of what a search finds',
    },
  ],
  async run({ args, options, out, world }) {
    if (options.numbers && options.uuids) throw usage('--numbers and --uuids exclude each other');
    const client = openClient(world);
    const ids = await readGiven(args.ids, options.idsFile, world);
    const found = await client.properties.ids(ids, { signal: world.interrupt });
    const { properties, unknown } = found;
    const rows = properties.map(({ id, reonomy_id }) => [String(id), reonomy_id]);
    const column = options.numbers ? 0 : 1;
    const isOne = options.numbers || options.uuids;
    out.data(
      found,
      isOne ? rows.map((row) => row[column] ?? '').join('\n') : formatTable([['ID', 'UUID'], ...rows], ['right']),
    );
    if (unknown.length === 0) return;
    out.say(
      `${formatCounted(unknown.length, 'id')} of no property that you may see: ${unknown.slice(0, 5).join(', ')}`,
    );
    return EXIT_CODES.notFound.code;
  },
});
