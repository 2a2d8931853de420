/** `conveyance warehouse diff`. */
import { argument, formatCount, formatTable, wholeNumber } from '@conveyance/cli/terminal';
import { compareVersions, type RowDifference, type TableDifference } from '../../../warehouse/history/differences.ts';
import { requireVersion } from '../../../warehouse/history/versions.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { parseVersion } from './arguments.ts';

const DEFAULT_ROWS = 5;
const DAYS_SHOWN = 10;
const COUNTS = ['left', 'right', 'right', 'right', 'right'] as const;

/** The counts of each table; shared with what asks before it changes something. */
export function differenceTable(tables: readonly TableDifference[]): string {
  const rows = tables.map(({ table, added, removed, changed, values }) => [
    table,
    formatCount(added),
    formatCount(changed),
    formatCount(removed),
    formatCount(values),
  ]);
  return formatTable([['TABLE', 'ADDED', 'CHANGED', 'REMOVED', 'VALUES CHANGED'], ...rows], COUNTS);
}

function dayLines({ table, days }: TableDifference): string {
  if (days.every(({ day }) => day === null)) return '';
  const rows = days
    .slice(0, DAYS_SHOWN)
    .map(({ day, added, changed, removed }) => [day ?? '-', ...[added, changed, removed].map(formatCount)]);
  const further = days.length - rows.length;
  const lines = formatTable([[table, 'ADDED', 'CHANGED', 'REMOVED'], ...rows], COUNTS);
  return further > 0 ? `${lines}\nand ${formatCount(further)} days more (--json lists all)` : lines;
}

function rowLine({ change, key, values }: RowDifference): string {
  const names = Object.values(key).join(' ');
  const cells = values.map(({ column, before, after }) => `${column}: ${before ?? 'empty'} → ${after ?? 'empty'}`);
  return `  ${change} ${names}${cells.length > 0 ? `  ${cells.join('; ')}` : ''}`;
}

function rowLines({ table, rows, added, changed, removed }: TableDifference): string {
  if (rows.length === 0) return '';
  const further = added + changed + removed - rows.length;
  const more = further > 0 ? [`  and ${formatCount(further)} rows more (--rows raises how many are shown)`] : [];
  return [`${table}, the first rows:`, ...rows.map(rowLine), ...more].join('\n');
}

export const warehouseDiff = defineCommand({
  name: 'warehouse diff',
  summary: 'Show how two data versions differ: rows by table and day, keys, values',
  details:
    'ADDED, CHANGED and REMOVED are what happened from the first version to the second. Rows are compared by their key; columns that loads ' +
    'compute themselves are left out. Only files that the versions do not share are read.',
  arguments: { before: argument('A data version.'), after: argument('Another one.') },
  options: {
    rows: wholeNumber('<n>', 0, {
      description: `Rows of each table to list, with their values. Default: ${DEFAULT_ROWS}.`,
    }),
    ...DATA_DIR,
  },
  examples: [{ line: 'conveyance warehouse diff 41 42', meaning: 'What did the last load change?' }],
  async run({ args, options, out, world }) {
    const [before, after] = [parseVersion(args.before), parseVersion(args.after)];
    const tables = await asOperator(world, options, (deps) =>
      out.stages.run('Compare the versions', async () => {
        const versions = [await requireVersion(deps, before), await requireVersion(deps, after)] as const;
        return compareVersions(deps, ...versions, options.rows ?? DEFAULT_ROWS, { signal: world.interrupt });
      }),
    );
    const parts = tables.flatMap((table) => [dayLines(table), rowLines(table)]).filter((part) => part !== '');
    const lines = [differenceTable(tables), ...parts].join('\n\n');
    out.data({ before, after, tables }, tables.length === 0 ? 'No difference' : lines);
  },
});
