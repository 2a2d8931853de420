/** A proposed mapping as the text of a file that people read and change. */
import { basename } from 'node:path';
import { stringify } from 'yaml';
import type { FoundFormat } from '../../../warehouse/formats/text-format.ts';
import type { ProposedColumn } from '../../../warehouse/propose/propose.ts';
import type { ProposedFile } from '../../../warehouse/propose/propose-mapping.ts';

const NO_FOLDING = { lineWidth: 0 } as const;

function scalar(value: unknown): string {
  return stringify(value, NO_FOLDING).trimEnd();
}

function formatLines({ encoding, separator, quote, headerLine, forms, guesses }: FoundFormat): readonly string[] {
  const told: readonly (readonly [string, unknown])[] = [
    ...(encoding === 'utf-8' ? [] : [['encoding', encoding] as const]),
    ...(separator === ',' ? [] : [['delimiter', separator] as const]),
    ...(quote === '"' ? [] : [['quote', quote] as const]),
    ...(headerLine === 1 ? [] : [['header_line', headerLine] as const]),
    ...(forms === null || forms.numbers === 'plain' ? [] : [['numbers', forms.numbers] as const]),
    ...(forms === null || forms.dates === 'iso' ? [] : [['dates', forms.dates] as const]),
  ];
  const lines = told.map(
    ([key, value]) => `      ${key}: ${typeof value === 'string' ? JSON.stringify(value) : value}`,
  );
  const empty = forms?.empty ?? [];
  return [
    ...(lines.length > 0 ? ['    format:', ...lines] : []),
    ...(empty.length > 0
      ? [`    # empty cells were seen to say ${empty.join(', ')}; they are found anew in each file`]
      : []),
    ...guesses.map((guess) => `    # a guess, no row decides it: ${guess}`),
  ];
}

function columnLines({ ours, theirs, fit, isSure }: ProposedColumn): readonly string[] {
  const notes = [...(isSure ? [] : ['a guess by its name']), ...(fit.note === null ? [] : [fit.note])];
  const comment = notes.length === 0 ? '' : ` # ${notes.join('; ')}`;
  const steps = Object.entries(fit.steps);
  if (steps.length === 0) return [`      ${ours.name}: ${scalar(theirs)}${comment}`];
  const lines = [['column', theirs] as const, ...steps].map(([key, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : scalar(value);
    return `        ${key}: ${text}`;
  });
  return [`      ${ours.name}:${comment}`, ...lines];
}

function missingLine(name: string): string {
  const example =
    name === 'date' ? '{ constant: "2025-03-31" }, the day of which the file tells' : 'a column, or { constant: … }';
  return `      # ${name} is needed and was not found: ${name}: ${example}`;
}

function fileLines({ path, table, format, columns, missing, left }: ProposedFile): readonly string[] {
  return [
    `  - file: ${scalar(basename(path))}`,
    `    table: ${table.name}`,
    ...formatLines(format),
    '    columns:',
    ...columns.flatMap(columnLines),
    ...missing.map(missingLine),
    ...(left.length > 0
      ? [`    # no column was found for: ${left.map((name) => JSON.stringify(name)).join(', ')}`]
      : []),
  ];
}

export function mappingText(files: readonly ProposedFile[]): string {
  return [
    '# Proposed from the headers and first rows. Read it, correct it, and load with:',
    '#   conveyance load FILES --mapping THIS_FILE --dry-run',
    '# A file is found by its name; * stands for what changes from one delivery to the next.',
    'mapping: 1',
    'files:',
    ...files.flatMap(fileLines),
    '',
  ].join('\n');
}
