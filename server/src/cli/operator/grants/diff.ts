/** `conveyance grants diff`. */
import { argument, flag, formatTable, text, usage } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import { compareGrants, compareSince } from '../../../jobs/operator/grants.ts';
import { defineCommand } from '../../world/command.ts';
import { readTo } from '../accounts-create.ts';
import { asOperator, DATA_DIR, findAccount } from '../operator.ts';
import { parseVersion } from '../warehouse/arguments.ts';
import { changeFields, changeRows, TO } from './given.ts';

export const grantsDiff = defineCommand({
  name: 'grants diff',
  summary: 'Show which properties an account would gain and lose by a list or a rule, or has by loads',
  details:
    'Changes nothing. --since compares what the account sees of an old data version with what it sees of the current one.',
  arguments: { id: argument('The account: its id or its name.') },
  options: {
    ...TO,
    since: text('<version>', { description: 'An old data version, as `warehouse versions` shows it.' }),
    ids: flag({ description: 'Every id on a line, + for one that comes and - for one that goes.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance grants diff Acme --properties new.txt --ids', meaning: 'Line by line' },
    { line: 'conveyance grants diff Acme --since 41', meaning: 'What did the last loads bring the customer?' },
  ],
  async run({ args, options, out, world }) {
    const to = await readTo(options, world);
    const since = options.since === undefined ? null : parseVersion(options.since);
    if ((to === null) === (since === null))
      throw usage('say with what to compare: --properties, --rule, or --since VERSION');
    const { account, change } = await asOperator(world, options, async (deps) => {
      const found = await findAccount(deps, args.id);
      const { id } = found;
      const compared =
        to === null
          ? await compareSince(deps, BY_COMMAND, { id, version: since ?? 0 })
          : await compareGrants(deps, BY_COMMAND, { id, to });
      return { account: found, change: compared };
    });
    const lines = [...change.added.map((id) => `+${id}`), ...change.removed.map((id) => `-${id}`)];
    out.data(
      { account_id: account.id, name: account.name, ...changeFields(change) },
      options.ids ? lines.join('\n') : formatTable(changeRows(change), ['left', 'right', 'left']),
    );
  },
});
