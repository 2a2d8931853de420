/** What a load says of itself. */
import { formatBytes, formatCount, formatCounted, formatTable, type Output } from '@conveyance/cli/terminal';
import { faultText } from '../../../warehouse/load/rejects.ts';
import type { LoadFields } from '../../../warehouse/remote/load-fields.ts';

const SEPARATOR_NAMES = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'pipes' } as const;
const NUMBER_WORDS = { plain: '1234.5', point: '$1,234.50', comma: '1.234,50' } as const;
const DAY_WORDS = { iso: '2019-01-31', ymd: '2019/01/31', mdy: '01/31/2019', dmy: '31.01.2019' } as const;

type FormatFields = LoadFields['formats'][number];

/** What is not as most files are; empty for a file of comma-separated UTF-8 in the declared forms. */
function formatWords({ encoding, delimiter, quote, header_line, numbers, dates, empty_words }: FormatFields): string {
  const words = [
    ...(encoding === 'utf-8' ? [] : [encoding]),
    ...(delimiter === ',' ? [] : [`cells separated by ${SEPARATOR_NAMES[delimiter]}`]),
    ...(quote === 'double' ? [] : [`quotes: ${quote}`]),
    ...(header_line === 1 ? [] : [`its header in line ${header_line}`]),
    ...(numbers === 'plain' ? [] : [`numbers like ${NUMBER_WORDS[numbers]}`]),
    ...(dates === 'iso' ? [] : [`days like ${DAY_WORDS[dates]}`]),
    ...(empty_words.length === 0 ? [] : [`empty where it says ${empty_words.join(', ')}`]),
  ];
  return words.join('; ');
}

export function tableOf({ tables }: Pick<LoadFields, 'tables'>): string {
  if (tables.length === 0) return '';
  // Few loads delete anything.
  const deletes = tables.some(({ deleted }) => deleted > 0);
  const rows = tables.map(({ table, loaded, replaced, deleted, rows: now }) => [
    table,
    formatCount(loaded),
    formatCount(replaced),
    ...(deletes ? [formatCount(deleted)] : []),
    formatCount(now),
  ]);
  const header = ['TABLE', 'LOADED', 'REPLACED', ...(deletes ? ['DELETED'] : []), 'ROWS NOW'];
  return formatTable([header, ...rows], ['left', 'right', 'right', 'right', 'right']);
}

/** `nothing new`, or how many rows and which version: the end of the line that said what was being done. */
export function resultOf({ version, unchanged, tables }: Pick<LoadFields, 'version' | 'unchanged' | 'tables'>): string {
  if (unchanged !== null) return `nothing new, data version ${unchanged} stays`;
  const rows = tables.reduce((sum, table) => sum + table.loaded, 0);
  return version === null ? 'nothing stored' : `${formatCounted(rows, 'row')}, data version ${version}`;
}

interface Counted {
  readonly file: string;
  readonly column: string;
  readonly rows: number;
}

/** By file, the columns with their rows. */
function countsByFile(counts: readonly Counted[]): ReadonlyMap<string, string> {
  const words = new Map<string, string[]>();
  for (const { file, column, rows } of counts) {
    words.set(file, [...(words.get(file) ?? []), `${column} in ${formatCounted(rows, 'row')}`]);
  }
  return new Map([...words].map(([file, each]) => [file, each.join(', ')]));
}

/** In which state it was. */
function stateOf({ etag, version, snapshot, one_moment: isOneMoment }: LoadFields['sources'][number]): string {
  if (!isOneMoment) return 'rows of several moments, not one snapshot';
  const words = { ETag: etag, version, snapshot };
  const known = Object.entries(words).flatMap(([word, value]) => (value === null ? [] : [`${word} ${value}`]));
  return known.length === 0 ? 'nothing says in which state it was' : known.join(', ');
}

export function sayWhatWasChanged(out: Output, report: LoadFields, isMapped: boolean): void {
  for (const source of report.sources) out.say(`${source.address}: ${formatBytes(source.bytes)}, ${stateOf(source)}`);
  for (const format of report.formats) {
    const words = formatWords(format);
    if (words !== '') out.say(`${format.file}: read as ${words}`);
    for (const guess of format.guesses) out.say(`${format.file}: a guess, no row decides it: ${guess}`);
  }
  for (const { file, rows } of report.left_out) {
    out.say(`${file}: the mapping’s condition left out ${formatCounted(rows, 'row')}`);
  }
  for (const { file, columns } of report.ignored_columns) {
    out.say(
      `${file}: columns that ${isMapped ? 'the mapping does not name' : 'no table has'} were ignored: ${columns.join(', ')}`,
    );
  }
  for (const [file, forms] of countsByFile(report.restored)) {
    out.say(`${file}: codes and names of states were put in their form: ${forms}`);
  }
  for (const [file, nulls] of countsByFile(report.nulled)) {
    out.say(`${file}: invalid cells were loaded as empty: ${nulls}`);
  }
  for (const path of report.skipped_files) out.say(`${path}: skipped, no table or format claims it`);
  if (report.erased > 0) {
    out.say(
      `${formatCounted(report.erased, 'row')} named persons who were erased (\`warehouse erase-person\`): that was left out`,
    );
  }
}

const REJECTS_SHOWN = 5;

export function sayWhatWasRejected(out: Output, { rejected, reject_sums, reject_file, rejects }: LoadFields): void {
  if (rejected === 0) return;
  const listed = reject_file === null ? '--reject-file FILE writes all of them' : `listed in ${reject_file}`;
  out.say(`${formatCounted(rejected, 'row')} rejected; ${listed}. By column and reason:`);
  out.say(
    formatTable(
      reject_sums.map((sum) => [`  ${formatCount(sum.rows)}`, faultText(sum), `first in line ${sum.first_line}`]),
      ['right', 'left', 'left'],
    ),
  );
  out.say('The first:');
  for (const { file, line, column, reason, value } of rejects.slice(0, REJECTS_SHOWN)) {
    out.say(`  ${file}:${line} ${column ?? 'row'} ${reason}${value === null ? '' : ` ("${value}")`}`);
  }
}
