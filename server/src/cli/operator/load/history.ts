/** `conveyance load history` and `load show`: what became of loads. */
import {
  argument,
  day,
  formatCount,
  formatCounted,
  formatTable,
  type Output,
  text,
  usage,
  wholeNumber,
} from '@conveyance/cli/terminal';
import { addDays, startOfDay } from '../../../core/dates.ts';
import type { Deps } from '../../../core/ports/deps.ts';
import { faultText } from '../../../warehouse/load/rejects.ts';
import { openRejects, readLoad } from '../../../warehouse/loads/kept-rejects.ts';
import { type LoadRecordFields, loadRecordFields } from '../../../wire/admin/load-history.ts';
import { defineCommand } from '../../world/command.ts';
import { asOperator, DATA_DIR } from '../operator.ts';
import { NONE, parseTable } from '../warehouse/arguments.ts';

const DEFAULT_SHOWN = 20;
const MOST_SHOWN = 1000;
const SOURCES_SHOWN = 2;

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1) || path;

function sourcesOf({ sources, source_count: count, feed }: LoadRecordFields): string {
  const names = sources.slice(0, SOURCES_SHOWN).map(nameOf).join(', ');
  const more = count - SOURCES_SHOWN;
  const words = more > 0 ? `${names} and ${formatCounted(more, 'more', 'more')}` : names;
  return feed === null ? words : `${words} (feed ${feed})`;
}

/** `version 42`, or what became of it instead. */
function resultOf({ state, version, unchanged_version: unchanged }: LoadRecordFields): string {
  switch (state) {
    case 'loaded':
      return `version ${version}`;
    case 'unchanged':
      return `nothing new in ${unchanged}`;
    case 'empty':
      return 'no sound row';
    case 'broken_off':
      return 'broken off';
    case 'failed':
    case 'running':
      return state;
  }
}

function sum({ tables }: LoadRecordFields, of: 'added' | 'replaced' | 'unchanged' | 'deleted'): string {
  return formatCount(tables.reduce((total, each) => total + each[of], 0));
}

const HEADER = ['LOAD', 'WHEN', 'BY', 'ADDED', 'REPLACED', 'UNCHANGED', 'DELETED', 'REJECTED', 'RESULT', 'OF', 'NOTE'];

function rowOf(load: LoadRecordFields, when: (at: string) => string): readonly string[] {
  return [
    String(load.number),
    when(load.began_at),
    load.by ?? NONE,
    ...[sum(load, 'added'), sum(load, 'replaced'), sum(load, 'unchanged'), sum(load, 'deleted')],
    formatCount(load.rejected),
    resultOf(load),
    sourcesOf(load),
    load.note ?? '',
  ];
}

export const loadHistory = defineCommand({
  name: 'load history',
  summary: 'List the loads, the newest first',
  details:
    'Also those that failed and those that changed nothing: when, by whom, of what, what each did to the rows, and which data version it ' +
    'made. UNCHANGED counts those of the replaced rows that were the same before. Kept for 400 days.',
  arguments: {},
  options: {
    table: text('<name>', { description: 'Only loads that had rows for this table.' }),
    from: day('first', { description: 'First day (UTC), inclusive.' }),
    to: day('last', { description: 'Last day (UTC), inclusive.' }),
    limit: wholeNumber('<n>', 1, { description: `At most so many, up to ${MOST_SHOWN}. Default: ${DEFAULT_SHOWN}.` }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance load history', meaning: 'What was loaded lately, and what was not?' },
    { line: 'conveyance load history --table unit_days --from 2025-03-01', meaning: 'Loads of one table since a day' },
  ],
  async run({ options, out, world }) {
    const { table, from, to, limit = DEFAULT_SHOWN } = options;
    const query = {
      table: table === undefined ? null : parseTable(table),
      from: from === undefined ? null : startOfDay(from),
      until: to === undefined ? null : startOfDay(addDays(to, 1)),
      before: null,
      limit: Math.min(limit, MOST_SHOWN),
    };
    const records = await asOperator(world, options, ({ db }) => db.loads.list(query));
    const loads = records.map(loadRecordFields);
    const lines = formatTable(
      [HEADER, ...loads.map((load) => rowOf(load, out.instant))],
      ['right', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
    );
    out.data({ loads }, loads.length === 0 ? 'Nothing has been loaded yet.' : lines);
  },
});

function tablesOf({ tables }: LoadRecordFields): string {
  const header = ['TABLE', 'ADDED', 'REPLACED', 'UNCHANGED', 'DELETED', 'REJECTED'];
  const rows = tables.map(({ table, added, replaced, unchanged, deleted, rejected }) => [
    table,
    ...[added, replaced, unchanged, deleted, rejected].map(formatCount),
  ]);
  return formatTable([header, ...rows], ['left', 'right', 'right', 'right', 'right', 'right']);
}

function factsOf(load: LoadRecordFields, when: (at: string) => string): string {
  const more = load.source_count - load.sources.length;
  const facts: readonly (readonly [string, string | null])[] = [
    ['load', `${load.number}: ${resultOf(load)}`],
    ['began', when(load.began_at)],
    ['ended', load.ended_at === null ? null : when(load.ended_at)],
    ['by', load.by],
    ['feed', load.feed],
    ['mapping', load.mapping],
    ['note', load.note],
    ...load.sources.map((source) => ['of', source] as const),
    ['of', more > 0 ? `and ${more} more` : null],
    ...load.layouts.map(({ file, ...as }) => ['read as', `${nameOf(file)}: ${Object.values(as).join(' ')}`] as const),
    ['failed', load.failure],
    ['rejected', load.rejected === 0 ? null : `${formatCounted(load.rejected, 'row')}, ${load.rejects_kept} kept`],
    ...load.reject_sums.map((each) => ['', `${formatCount(each.rows)}  ${faultText(each)}`] as const),
  ];
  return formatTable(facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

async function writeRejects(
  deps: Pick<Deps, 'db' | 'store' | 'files'>,
  number: number,
  path: string,
  out: Output,
): Promise<void> {
  const load = await readLoad(deps, number);
  await deps.files.writeBytes(path, await openRejects(deps, load));
  out.say(`${path}: ${formatCounted(load.rejectsKept, 'rejected row')} of ${formatCount(load.rejected)}`);
}

function parseNumber(word: string): number {
  if (/^[1-9]\d{0,14}$/.test(word)) return Number(word);
  throw usage(`a load is a whole number from 1, as \`conveyance load history\` shows it; got "${word}"`);
}

export const loadShow = defineCommand({
  name: 'load show',
  summary: 'Show what became of a load, and fetch the rows that it rejected',
  details:
    'Rejected rows are kept for 30 days, of each load the first 10 MiB of them; what the engine says of them is as with --reject-file.',
  arguments: { load: argument('The number of the load, as `load history` shows it.') },
  options: {
    rejects: text('<file>', { description: 'Write the rejected rows to this CSV file, with line and reason.' }),
    ...DATA_DIR,
  },
  examples: [
    { line: 'conveyance load show 41', meaning: 'What became of it, by table' },
    { line: 'conveyance load show 41 --rejects rejects.csv', meaning: 'And which rows it did not take' },
  ],
  async run({ args, options, out, world }) {
    const number = parseNumber(args.load);
    const load = await asOperator(world, options, async (deps) => {
      const found = loadRecordFields(await readLoad(deps, number));
      if (options.rejects !== undefined) await writeRejects(deps, number, options.rejects, out);
      return found;
    });
    out.data(load, `${factsOf(load, out.instant)}\n\n${tablesOf(load)}`);
  },
});
