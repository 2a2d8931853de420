/** `conveyance warehouse delete`. */
import { argument, formatCount, formatTable, requiredText } from '@conveyance/cli/terminal';
import { planRemoval, type RemovalPlan, removeRows } from '../../../warehouse/remove/remove-rows.ts';
import { defineCommand } from '../../world/command.ts';
import { confirmed } from '../../world/confirm.ts';
import { operatorName } from '../../world/operator-name.ts';
import { asOperator } from '../operator.ts';
import { parseTable } from './arguments.ts';
import { CHANGING, inStages } from './changing.ts';

function countsTable({ tables }: RemovalPlan): string {
  if (tables.length === 0) return 'No row is like that';
  const rows = tables.map(({ table, rows: count, properties, firstDay, lastDay }) => [
    table,
    formatCount(count),
    formatCount(properties),
    firstDay ?? '-',
    lastDay ?? '-',
  ]);
  return formatTable(
    [['TABLE', 'ROWS TO DELETE', 'OF PROPERTIES', 'FIRST DAY', 'LAST DAY'], ...rows],
    ['left', 'right', 'right'],
  );
}

function fieldsOf({ base, condition, tables }: RemovalPlan) {
  return {
    before: base.version,
    condition,
    tables: tables.map(({ table, rows, properties, firstDay, lastDay }) => ({
      table,
      rows,
      properties,
      first_day: firstDay,
      last_day: lastDay,
    })),
  };
}

export const warehouseDelete = defineCommand({
  name: 'warehouse delete',
  summary: 'Delete rows of a table, as a new data version',
  details:
    'Shows how many rows of which tables would go, and asks. Properties that are deleted from `properties` take their rows of all other ' +
    'tables with them. A condition is made of comparisons (`name = literal`, also <>, <, <=, >, >=, IN (…), BETWEEN … AND …, IS NULL), AND, ' +
    'OR, NOT and parentheses; names are those of the table (docs/warehouse.md), texts stand in single quotes. Running jobs keep the version ' +
    'that they read. Old versions still have the rows, so a delete can be undone for as long as they are kept.',
  arguments: { table: argument('The table.') },
  options: {
    where: requiredText('<condition>', {
      description: 'Which rows, as "property_id = 99001416 AND date >= 2025-03-01".',
    }),
    ...CHANGING,
  },
  examples: [
    {
      line: 'conveyance warehouse delete properties --where "property_id = 99001416"',
      meaning: 'What belongs to the property? Then asks',
    },
    {
      line: 'conveyance warehouse delete unit_days --where "date = 2025-03-09 AND property_id IN (99001416, 99001470)" --yes',
      meaning: 'Delete a bad day of two properties without asking',
    },
  ],
  async run({ args, options, out, world }) {
    const table = parseTable(args.table);
    await asOperator(world, options, async (deps) => {
      const plan = await out.stages.run('Count the rows', () =>
        planRemoval(deps, { table, condition: options.where }, { signal: world.interrupt }),
      );
      const fields = fieldsOf(plan);
      if (!out.json) out.data({}, countsTable(plan));
      const isNothing = plan.tables.length === 0;
      const question = `These rows are deleted from data version ${plan.base.version}.`;
      if (isNothing || !(await confirmed(question, options, { out, world }))) {
        out.data({ version: null, ...fields }, '');
        return;
      }
      const origin = { by: operatorName(), note: options.note ?? null };
      const { version } = await inStages(out.stages, 'Delete the rows', world.interrupt, (watch) =>
        removeRows(deps, plan, origin, watch),
      );
      out.data({ version, ...fields }, `Data version ${version} is without them`);
    });
  },
});
