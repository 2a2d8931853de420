/** `conveyance grants replace`. */
import { argument, flag, formatTable, usage } from '@conveyance/cli/terminal';
import { BY_COMMAND } from '../../../core/audit.ts';
import { compareGrants, replaceGrants } from '../../../jobs/operator/grants.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed, YES } from '../../world/confirm.ts';
import { readTo } from '../accounts-create.ts';
import { asOperator, DATA_DIR, findAccount } from '../operator.ts';
import { sayInNeed, scheduleFieldsInNeed, WITHHELD_REMEDY } from '../schedules-in-need.ts';
import { changeFields, changeRows, TO } from './given.ts';

export const grantsReplace = defineCommand({
  name: 'grants replace',
  summary: 'Give an account another list of properties, a rule, or all, in the place of what it has',
  details:
    'Says how many properties come and go, and asks. A rule is looked for anew in each data version: what a load brings is seen if the rule is ' +
    'true of it, and what an account sees of one version never changes. The rule has the grammar of `warehouse delete --where`. Jobs that were ' +
    'accepted are not affected; schedules that name properties which go fail from now on, and the command names them.',
  arguments: { id: argument('The account: its id or its name.') },
  options: { ...TO, dryRun: flag({ description: 'Say what would come and go; change nothing.' }), ...YES, ...DATA_DIR },
  examples: [
    {
      line: 'conveyance grants replace Acme --rule "state = \'GA\' AND unit_count >= 50"',
      meaning: 'Large properties of one state, also those that are loaded later',
    },
    {
      line: 'conveyance grants replace Acme --properties acme.txt --yes',
      meaning: 'What the contract lists from today on',
    },
    {
      line: 'conveyance grants replace Acme --properties - --dry-run',
      meaning: 'What would a list from a pipe change?',
    },
  ],
  async run({ args, options, out, world }) {
    const to = await readTo(options, world);
    if (to === null) throw usage('say what to give: --properties all, --properties FILE, or --rule CONDITION');
    await asOperator(world, options, async (deps) => {
      const { id, name } = await findAccount(deps, args.id);
      const change = await compareGrants(deps, BY_COMMAND, { id, to });
      const fields = { account_id: id, name, ...changeFields(change) };
      if (!out.json) out.data({}, formatTable(changeRows(change), ['left', 'right', 'left']));
      // A list that came by standard input has used it up: nobody can answer there.
      const wants =
        !options.dryRun && (await confirmed(`This is what ${name} sees from now on.`, options, { out, world }));
      if (!wants) {
        out.data({ ...fields, replaced: false, schedules: [] }, '');
        return;
      }
      const { withheldFrom } = await replaceGrants(deps, BY_COMMAND, { id, to });
      out.data({ ...fields, replaced: true, schedules: scheduleFieldsInNeed(withheldFrom) }, 'Replaced');
      sayInNeed(out, withheldFrom, 'properties that the account may not see', WITHHELD_REMEDY);
    });
  },
});
