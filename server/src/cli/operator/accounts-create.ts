/** `conveyance accounts create`. */
import { argument, readPropertyIds, text } from '@conveyance/cli/terminal';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Grants } from '../../core/ports/database/accounts.ts';
import { createAccount } from '../../jobs/account-changes.ts';
import { defineCommand } from '../world/command.ts';
import type { World } from '../world/world.ts';
import { asOperator, DATA_DIR } from './operator.ts';

/** `all`, or the ids of a file. */
export async function readGrants(properties: string, world: World): Promise<Grants> {
  return properties === 'all' ? 'all' : PropertyIdSet.of(await readPropertyIds(properties, world));
}

export const accountsCreate = defineCommand({
  name: 'accounts create',
  summary: 'Create an account for a customer',
  arguments: { name: argument('The account’s name.') },
  options: {
    properties: text('<all|file>', {
      description:
        'What it may export: all (the default, including what is loaded later), or a file with one property id per line.',
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance accounts create "Acme Analytics"', meaning: 'An account that may export everything' },
    {
      line: 'conveyance accounts create Acme --properties acme-ids.txt --json',
      meaning: 'One that may export a list of properties',
    },
  ],
  async run({ args, options, out, world }) {
    const grants = await readGrants(options.properties ?? 'all', world);
    const { id, name } = await asOperator(world, options, (deps) => createAccount(deps, { name: args.name, grants }));
    out.fields({ id, name });
    if (!out.json) out.say(`Next: conveyance keys create --account ${id}`);
  },
});
