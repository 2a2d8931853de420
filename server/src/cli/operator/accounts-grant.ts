/** `conveyance accounts grant`. */
import { argument, formatTable, requiredText, usage } from '@conveyance/cli/terminal';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import { type Entitlement, type Grants, isRule } from '../../core/ports/database/accounts.ts';
import { changeGrants } from '../../jobs/operator/grants.ts';
import { defineCommand } from '../world/command.ts';
import { readGrants } from './accounts-create.ts';
import { asOperator, DATA_DIR, findAccount } from './operator.ts';
import { WITHHELD_REMEDY as REMEDY, sayInNeed, scheduleFieldsInNeed } from './schedules-in-need.ts';

/** Of an account that is given a rule, which no list can be joined to or taken from. */
export function refuseRule(before: Entitlement): Grants {
  if (!isRule(before)) return before;
  throw usage('the account sees what a rule says, which is changed as a whole', [
    `the rule: ${before.rule}`,
    '`conveyance grants replace` gives it another rule, or a list',
  ]);
}

/** The union of two sets of visible properties. */
export function joinGrants(given: Entitlement, added: Grants): Grants {
  const before = added === 'all' ? added : refuseRule(given);
  return before === 'all' || added === 'all' ? 'all' : PropertyIdSet.of(both(before, added));
}

function* both(first: Iterable<number>, second: Iterable<number>): Generator<number> {
  yield* first;
  yield* second;
}

export const accountsGrant = defineCommand({
  name: 'accounts grant',
  summary: 'Let an account see more properties',
  arguments: { id: argument('The account: its id or its name.') },
  options: {
    properties: requiredText('<all|file>', {
      description:
        'all (including what is loaded later), or a file with one property id per line; - reads standard input.',
    }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance accounts grant 0b5c… --properties new-ids.txt', meaning: 'Add the properties in a file' },
    { line: 'conveyance accounts grant 0b5c… --properties all', meaning: 'Open everything' },
  ],
  async run({ args, options, out, world }) {
    const added = await readGrants(options.properties, world);
    const { id, grants, withheldFrom } = await asOperator(world, options, async (deps) => {
      const account = await findAccount(deps, args.id);
      return { id: account.id, ...(await changeGrants(deps, account.id, (before) => joinGrants(before, added))) };
    });
    const fields = { id, properties: grants === 'all' ? grants : grants.size };
    out.data(
      { ...fields, schedules: scheduleFieldsInNeed(withheldFrom) },
      formatTable(Object.entries(fields).map(([name, field]) => [name, String(field)])),
    );
    sayInNeed(out, withheldFrom, 'properties that the account may not see', REMEDY);
  },
});
