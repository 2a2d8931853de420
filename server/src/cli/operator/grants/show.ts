/** `conveyance grants show`. */
import { argument, flag, formatTable } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import { readGrants } from '../../../jobs/operator/grants.ts';
import { givenFields } from '../../../wire/admin/grants.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR, findAccount } from '../operator.ts';
import { givenRows } from './given.ts';

export const grantsShow = defineCommand({
  name: 'grants show',
  summary: 'Show what an account may see: all, a list, or what a rule says',
  details:
    'Of a list, how many of its properties the current data has; of a rule, how many it is true of there. --ids writes them, one per line, as ' +
    '`grants replace --properties` reads them.',
  arguments: { id: argument('The account: its id or its name.') },
  options: { ids: flag({ description: 'The ids of the properties instead, one per line.' }), ...DATA_DIR },
  examples: [
    { line: 'conveyance grants show Acme', meaning: 'By what, and how many' },
    { line: 'conveyance grants show Acme --ids > acme.txt', meaning: 'The properties themselves' },
  ],
  async run({ args, options, out, world }) {
    const { account, given } = await asOperator(world, options, async (deps) => {
      const found = await findAccount(deps, args.id);
      return { account: found, given: await readGrants(deps, BY_COMMAND, found.id) };
    });
    const ids = options.ids ? [...given.visible] : null;
    const fields = { account_id: account.id, name: account.name, ...givenFields(given) };
    const lines =
      ids === null
        ? formatTable([['account', `${account.name} (${account.id})`], ...givenRows(given)])
        : ids.join('\n');
    out.data({ ...fields, ...(ids !== null && { property_ids: ids }) }, lines);
  },
});
