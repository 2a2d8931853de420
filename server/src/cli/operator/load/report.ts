/** What a load says of itself. */
import { formatCount, formatCounted, formatTable, type Output } from '@conveyance/cli/terminal';
import type { FoundFormat } from '../../../warehouse/formats/text-format.ts';
import type { LoadReport } from '../../../warehouse/load/load.ts';
import { faultText } from '../../../warehouse/load/rejects.ts';

const SEPARATOR_NAMES = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'pipes' } as const;
const QUOTE_NAMES = { '"': 'double', "'": 'single', '': 'none' } as const;
const NUMBER_WORDS = { plain: '1234.5', point: '$1,234.50', comma: '1.234,50' } as const;
const DAY_WORDS = { iso: '2019-01-31', ymd: '2019/01/31', mdy: '01/31/2019', dmy: '31.01.2019' } as const;

function formatJson({ encoding, separator, quote, headerLine, forms, guesses }: FoundFormat) {
  return {
    encoding,
    delimiter: separator,
    quote: QUOTE_NAMES[quote],
    header_line: headerLine,
    numbers: forms?.numbers ?? 'plain',
    dates: forms?.dates ?? 'iso',
    empty_words: forms?.empty ?? [],
    guesses,
  };
}

/** What is not as most files are; empty for a file of comma-separated UTF-8 in the declared forms. */
function formatWords({ encoding, separator, quote, headerLine, forms }: FoundFormat): string {
  const words = [
    ...(encoding === 'utf-8' ? [] : [encoding]),
    ...(separator === ',' ? [] : [`cells separated by ${SEPARATOR_NAMES[separator]}`]),
    ...(quote === '"' ? [] : [`quotes: ${QUOTE_NAMES[quote]}`]),
    ...(headerLine === 1 ? [] : [`its header in line ${headerLine}`]),
    ...(forms === null || forms.numbers === 'plain' ? [] : [`numbers like ${NUMBER_WORDS[forms.numbers]}`]),
    ...(forms === null || forms.dates === 'iso' ? [] : [`days like ${DAY_WORDS[forms.dates]}`]),
    ...(forms === null || forms.empty.length === 0 ? [] : [`empty where it says ${forms.empty.join(', ')}`]),
  ];
  return words.join('; ');
}

export function jsonOf(report: LoadReport) {
  const { version, files, tables, skippedFiles, rejected, rejectSums, rejectFile, rejects } = report;
  return {
    version,
    unchanged: report.unchanged,
    tables: tables.map(({ table, loaded, replaced, deleted, rows }) => ({ table, loaded, replaced, deleted, rows })),
    restored: files.flatMap(({ path, restored }) =>
      Object.entries(restored).map(([column, rows]) => ({ file: path, column, rows })),
    ),
    nulled: files.flatMap(({ path, nulled }) =>
      Object.entries(nulled).map(([column, rows]) => ({ file: path, column, rows })),
    ),
    left_out: files.filter(({ leftOut }) => leftOut > 0).map(({ path, leftOut }) => ({ file: path, rows: leftOut })),
    formats: report.formats.map(({ path, format }) => ({ file: path, ...formatJson(format) })),
    skipped_files: skippedFiles,
    erased: report.erased,
    rejected,
    reject_sums: rejectSums.map(({ column, reason, rows, file, line }) => ({
      column,
      reason,
      rows,
      first_file: file,
      first_line: line,
    })),
    reject_file: rejectFile,
    rejects: rejects.map(({ file, line, column, reason, value }) => ({ file, line, column, reason, value })),
  };
}

export function tableOf({ tables }: LoadReport): string {
  if (tables.length === 0) return '';
  // Few loads delete anything.
  const deletes = tables.some(({ deleted }) => deleted > 0);
  const rows = tables.map(({ table, loaded, replaced, deleted, rows }) => [
    table,
    formatCount(loaded),
    formatCount(replaced),
    ...(deletes ? [formatCount(deleted)] : []),
    formatCount(rows),
  ]);
  const header = ['TABLE', 'LOADED', 'REPLACED', ...(deletes ? ['DELETED'] : []), 'ROWS NOW'];
  return formatTable([header, ...rows], ['left', 'right', 'right', 'right', 'right']);
}

function countsByColumn(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([column, rows]) => `${column} in ${formatCounted(rows, 'row')}`)
    .join(', ');
}

export function sayWhatWasChanged(
  out: Output,
  { files, formats, skippedFiles, erased }: LoadReport,
  isMapped: boolean,
): void {
  for (const { path, format } of formats) {
    const words = formatWords(format);
    if (words !== '') out.say(`${path}: read as ${words}`);
    for (const guess of format.guesses) out.say(`${path}: a guess, no row decides it: ${guess}`);
  }
  for (const { path, ignoredColumns, restored, nulled, leftOut } of files) {
    if (leftOut > 0) out.say(`${path}: the mapping’s condition left out ${formatCounted(leftOut, 'row')}`);
    if (ignoredColumns.length > 0)
      out.say(
        `${path}: columns that ${isMapped ? 'the mapping does not name' : 'no table has'} were ignored: ${ignoredColumns.join(', ')}`,
      );
    const [forms, nulls] = [countsByColumn(restored), countsByColumn(nulled)];
    if (forms !== '') out.say(`${path}: codes and names of states were put in their form: ${forms}`);
    if (nulls !== '') out.say(`${path}: invalid cells were loaded as empty: ${nulls}`);
  }
  if (erased > 0) {
    out.say(
      `${formatCounted(erased, 'row')} named persons who were erased (\`warehouse erase-person\`): that was left out`,
    );
  }
  for (const path of skippedFiles) out.say(`${path}: skipped, no table or format claims it`);
}

const REJECTS_SHOWN = 5;

export function sayWhatWasRejected(out: Output, { rejected, rejectSums, rejectFile, rejects }: LoadReport): void {
  if (rejected === 0) return;
  const listed = rejectFile === null ? '--reject-file FILE writes all of them' : `listed in ${rejectFile}`;
  out.say(`${formatCounted(rejected, 'row')} rejected; ${listed}. By column and reason:`);
  out.say(
    formatTable(
      rejectSums.map((sum) => [`  ${formatCount(sum.rows)}`, faultText(sum), `first in line ${sum.line}`]),
      ['right', 'left', 'left'],
    ),
  );
  out.say('The first:');
  for (const { file, line, column, reason, value } of rejects.slice(0, REJECTS_SHOWN)) {
    out.say(`  ${file}:${line} ${column ?? 'row'} ${reason}${value === null ? '' : ` ("${value}")`}`);
  }
}
