/** `conveyance warehouse rollback`. */
import { argument } from '@conveyance/cli/terminal';
import { planRollback, rollBack } from '../../../warehouse/history/rollback.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed } from '../../world/confirm.ts';
import { operatorName } from '../../world/operator-name.ts';
import { asOperator } from '../operator.ts';
import { parseVersion } from './arguments.ts';
import { CHANGING, inStages } from './changing.ts';
import { differenceTable } from './diff.ts';

export const warehouseRollback = defineCommand({
  name: 'warehouse rollback',
  summary: 'Go back to an old data version, as a new one',
  details:
    'Shows what would change, and asks. The rows of the old version become current again in one step; what was loaded since is still in the ' +
    'version that was current, so that a rollback can be undone like a load. Running jobs keep the version that they read. Numbers that ' +
    'properties got by their source_id stay theirs; columns that are newer than the old version are empty. Killed at any point, it leaves ' +
    'the version before or after.',
  arguments: { version: argument('A data version, as `warehouse versions` shows it.') },
  options: CHANGING,
  examples: [
    { line: 'conveyance warehouse rollback 41', meaning: 'What would it undo? Then asks' },
    {
      line: 'conveyance warehouse rollback 41 --yes --note "feed of May 3 was wrong"',
      meaning: 'Undo it without asking',
    },
  ],
  async run({ args, options, out, world }) {
    const target = parseVersion(args.version);
    await asOperator(world, options, async (deps) => {
      const plan = await out.stages.run('Compare the versions', () =>
        planRollback(deps, target, { signal: world.interrupt }),
      );
      const { current, differences } = plan;
      const table = differences.length === 0 ? 'No difference' : differenceTable(differences);
      const fields = { of: target, before: current.version, tables: differences.map(({ rows: _, ...each }) => each) };
      if (!out.json) out.data({}, table);
      const question = `Data version ${current.version} is replaced by the rows of version ${target}.`;
      if (!(await confirmed(question, options, { out, world }))) {
        out.data({ version: null, ...fields }, '');
        return;
      }
      const origin = { by: operatorName(), note: options.note ?? null };
      const { version } = await inStages(out.stages, 'Go back', world.interrupt, (watch) =>
        rollBack(deps, plan, origin, watch),
      );
      out.data({ version, ...fields }, `Data version ${version} has the rows of version ${target}`);
    });
  },
});
