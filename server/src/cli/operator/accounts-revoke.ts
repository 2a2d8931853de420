/** `conveyance accounts revoke` and `accounts revoke-links`. */
import { argument, formatTable, requiredText, usage } from '@conveyance/cli/terminal';
import { PropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Entitlement, Grants } from '../../core/ports/database/accounts.ts';
import { changeGrants } from '../../jobs/operator/grants.ts';
import { revokeLinks } from '../../jobs/results/revoke-links.ts';
import { defineCommand } from '../world/command.ts';
import { readGrants } from './accounts-create.ts';
import { refuseRule } from './accounts-grant.ts';
import { asOperator, callerFor, DATA_DIR, findAccount } from './operator.ts';
import { WITHHELD_REMEDY as REMEDY, sayInNeed, scheduleFieldsInNeed } from './schedules-in-need.ts';

/** What is left of an account's properties. */
export function withoutGrants(given: Entitlement, removed: Grants): Grants {
  if (removed === 'all') return PropertyIdSet.of([]);
  const before = refuseRule(given);
  if (before !== 'all') return PropertyIdSet.of([...before].filter((id) => !removed.has(id)));
  const message =
    'the account sees all properties, including future ones; a list cannot be taken away from that. ' +
    'Revoke all first, then grant the list that it may see';
  throw usage(message);
}

export const accountsRevoke = defineCommand({
  name: 'accounts revoke',
  summary: 'Take properties away from an account',
  details:
    'Jobs submitted before are not affected; schedules that name such properties fail from now on, and the command names them. ' +
    'The account’s keys keep working; `keys revoke` ends them.',
  arguments: { id: argument('The account: its id or its name.') },
  options: {
    properties: requiredText('<all|file>', {
      description: 'all, or a file with one property id per line; - reads standard input.',
    }),
    ...DATA_DIR,
  },
  examples: [
    {
      line: 'conveyance accounts revoke 0b5c… --properties sold-ids.txt',
      meaning: 'Withdraw the properties in a file',
    },
  ],
  async run({ args, options, out, world }) {
    const removed = await readGrants(options.properties, world);
    const { id, grants, withheldFrom } = await asOperator(world, options, async (deps) => {
      const account = await findAccount(deps, args.id);
      return { id: account.id, ...(await changeGrants(deps, account.id, (before) => withoutGrants(before, removed))) };
    });
    const fields = { id, properties: grants === 'all' ? grants : grants.size };
    out.data(
      { ...fields, schedules: scheduleFieldsInNeed(withheldFrom) },
      formatTable(Object.entries(fields).map(([name, field]) => [name, String(field)])),
    );
    sayInNeed(out, withheldFrom, 'properties that the account may not see', REMEDY);
  },
});

export const accountsRevokeLinks = defineCommand({
  name: 'accounts revoke-links',
  summary: 'Revoke every download link of an account',
  details:
    'A link needs no credential and works for up to a week: this ends those that have leaked, and all others of the account, from the next ' +
    'request on, on every node. The files stay: the account’s programs get fresh links where they got the old ones. Downloads that have begun ' +
    'are not broken off.',
  arguments: { id: argument('The account: its id or its name.') },
  options: DATA_DIR,
  examples: [{ line: 'conveyance accounts revoke-links 0b5c…', meaning: 'A link was posted where strangers read' }],
  async run({ args, options, out, world }) {
    const id = await asOperator(world, options, async (deps) => {
      const caller = await callerFor(deps, args.id);
      await revokeLinks(deps, caller);
      return caller.accountId;
    });
    out.fields({ id, links: 'revoked' });
  },
});
