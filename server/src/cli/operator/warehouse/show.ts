/** `conveyance warehouse show`. */
import {
  type Argument,
  formatBytes,
  formatCount,
  formatCounted,
  formatTable,
  wholeNumber,
} from '@conveyance/cli/terminal';
import { measureCoverage, type TableCoverage, type WarehouseCoverage } from '../../../warehouse/history/coverage.ts';
import type { DayRun } from '../../../warehouse/history/days.ts';
import { versionOrCurrent } from '../../../warehouse/history/versions.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { NONE, parseTable } from './arguments.ts';

const TABLE: Argument<string | undefined> = {
  description: 'Everything about this table: gaps, properties without rows, personal data.',
  variadic: false,
  optional: true,
  read: ([typed]) => typed,
};

function daysOf(runs: readonly DayRun[]): number {
  return runs.reduce((sum, { days }) => sum + days, 0);
}

function runText({ from, to, days }: DayRun): string {
  return days === 1 ? from : `${from} to ${to} (${formatCounted(days, 'day')})`;
}

function tableJson(table: TableCoverage) {
  return {
    table: table.table,
    files: table.files,
    rows: table.rows,
    bytes: table.bytes,
    properties: table.properties,
    first_day: table.firstDay,
    last_day: table.lastDay,
    days_missing: table.firstDay === null ? null : daysOf(table.missingDays),
    missing: table.missingDays,
    properties_without_rows: table.absent?.properties ?? null,
    first_without_rows: table.absent?.ids ?? [],
    pii_columns: table.piiColumns,
  };
}

function overview({ tables }: WarehouseCoverage): string {
  const header = [
    'TABLE',
    'ROWS',
    'BYTES',
    'PROPERTIES',
    'WITHOUT ROWS',
    'FIRST DAY',
    'LAST DAY',
    'DAYS MISSING',
    'PII COLUMNS',
  ];
  const rows = tables.map((table) => [
    table.table,
    formatCount(table.rows),
    formatBytes(table.bytes),
    formatCount(table.properties),
    table.absent === null ? NONE : formatCount(table.absent.properties),
    table.firstDay ?? NONE,
    table.lastDay ?? NONE,
    table.firstDay === null ? NONE : formatCount(daysOf(table.missingDays)),
    formatCount(table.piiColumns.length),
  ]);
  return formatTable([header, ...rows], ['left', 'right', 'right', 'right', 'right', 'left', 'left', 'right', 'right']);
}

const RUNS_SHOWN = 20;

function details(table: TableCoverage): string {
  const { absent, missingDays, piiColumns } = table;
  const further = missingDays.length - RUNS_SHOWN;
  const fields = [
    ['table', table.table],
    ['files', formatCount(table.files)],
    ['rows', formatCount(table.rows)],
    ['bytes', formatBytes(table.bytes)],
    ['properties', formatCount(table.properties)],
    ...(table.firstDay === null
      ? []
      : [
          ['days', `${table.firstDay} to ${table.lastDay}`],
          ['days missing', formatCount(daysOf(missingDays))],
          ...missingDays.slice(0, RUNS_SHOWN).map((run) => ['  missing', runText(run)]),
          ...(further > 0 ? [['  missing', `and ${formatCounted(further, 'gap')} more`]] : []),
        ]),
    ...(absent === null
      ? []
      : [
          ['properties without rows', formatCount(absent.properties)],
          ...(absent.ids.length > 0 ? [['  the first', absent.ids.join(', ')]] : []),
        ]),
    ['columns with personal data', formatCount(piiColumns.length)],
    ...piiColumns.map(({ column, pii, rows }) => [`  ${pii}`, `${column}, in ${formatCounted(rows, 'row')}`]),
  ];
  return formatTable(fields);
}

export const warehouseShow = defineCommand({
  name: 'warehouse show',
  summary: 'Show what the warehouse holds: rows, properties, days, gaps, personal data',
  details:
    'Reads the keys and the columns with personal data of every table. WITHOUT ROWS counts properties that have no row in the table, DAYS MISSING the ' +
    'days between the first and the last on which no property has one, PII COLUMNS the columns with personal data that are filled in some row.',
  arguments: { table: TABLE },
  options: {
    dataVersion: wholeNumber('<n>', 1, { description: 'Of this data version. Default: the current one.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance warehouse show', meaning: 'Is everything there that should be?' },
    { line: 'conveyance warehouse show property_days', meaning: 'Which days are missing, and whose?' },
  ],
  async run({ args, options, out, world }) {
    const name = args.table === undefined ? null : parseTable(args.table);
    const found = await asOperator(world, options, (deps) =>
      out.stages.run('Read the tables', async () => {
        const version = await versionOrCurrent(deps, options.dataVersion ?? null);
        return measureCoverage(deps, version, name === null ? null : [name], { signal: world.interrupt });
      }),
    );
    const [first] = found.tables;
    const head = {
      version: found.version,
      committed_at: found.committedAt.toISOString(),
      properties: found.properties,
    };
    if (name !== null && first !== undefined) {
      out.data({ ...head, ...tableJson(first) }, details(first));
      return;
    }
    const title = `Data version ${found.version}, ${formatCounted(found.properties, 'property', 'properties')}`;
    out.data({ ...head, tables: found.tables.map(tableJson) }, `${title}\n\n${overview(found)}`);
  },
});
