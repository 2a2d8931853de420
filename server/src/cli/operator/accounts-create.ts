/** `conveyance accounts create`. */
import { argument, readPropertyIds, text, usage } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../core/audit.ts';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Entitlement, Grants } from '../../core/ports/database/accounts.ts';
import { createGranted } from '../../jobs/operator/grants.ts';
import { checkRule } from '../../warehouse/visible.ts';
import { defineCommand } from '../world/command.ts';
import type { World } from '../world/world.ts';
import { asOperator, DATA_DIR } from './operator.ts';

/** `all`, or the ids of a file. */
export async function readGrants(properties: string, world: World): Promise<Grants> {
  return properties === 'all' ? 'all' : PropertyIdSet.of(await readPropertyIds(properties, world));
}

export const RULE = {
  rule: text('<condition>', {
    description:
      'The properties for which a condition on the columns of `properties` is true, as "state = \'GA\' AND unit_count >= 50".',
  }),
};

interface ToOptions {
  readonly properties: string | undefined;
  readonly rule: string | undefined;
}

/** Null if neither is given. */
export async function readTo({ properties, rule }: ToOptions, world: World): Promise<Entitlement | null> {
  if (properties !== undefined && rule !== undefined) throw usage('--properties and --rule: give one of them');
  if (rule === undefined) return properties === undefined ? null : readGrants(properties, world);
  checkRule(rule);
  return { rule };
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
    ...RULE,
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance accounts create "Acme Analytics"', meaning: 'An account that may export everything' },
    {
      line: 'conveyance accounts create Acme --properties acme-ids.txt --json',
      meaning: 'One that may export a list of properties',
    },
    {
      line: 'conveyance accounts create Acme --rule "state = \'GA\' AND unit_count >= 50"',
      meaning: 'One that may export what a rule is true of, also of what is loaded later',
    },
  ],
  async run({ args, options, out, world }) {
    const grants = (await readTo(options, world)) ?? 'all';
    const { id, name } = await asOperator(world, options, (deps) =>
      createGranted(deps, BY_COMMAND, { name: args.name, grants }),
    );
    out.fields({ id, name });
    if (!out.json) out.say(`Next: conveyance keys create --account ${id}`);
  },
});
