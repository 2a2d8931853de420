/** docs/performance.md and its pictures, from the kept results alone. */
import type { Row } from '../.bench/frame/figures.js';
import { goalText, isMet, mebibytes, number, withUnit } from '../.bench/frame/judge.js';
import type { KeptResult } from '../.bench/frame/results.js';
import { barsOf, chartSvg, chartText } from './performance-chart.ts';

/** The folder beside the page. */
const PICTURES = 'performance';
/** What a reader looks for first. Cases that are not named here follow. */
const ORDER = [
  'large-exports',
  'small-jobs',
  'creates',
  'status',
  'status-under-load',
  'growth',
  'load',
  'replace-day',
];

const INTRODUCTION = `# Performance, measured

\`npm run bench\` measures each case beside a reference in the same run, in turns. It wrote every figure on this page (\`npm run bench -- --write\`, from \`bench/results\`), and each case says when, at which commit and on what it was measured. Do not compare figures of different machines; compare the multiples.

A figure is the median of its rounds, with the lowest and the highest in brackets. A multiple is the figure over the reference’s of the same round, again the median of all. What is wanted was set before it was measured. Memory is the proportional set size of the server, its engine’s processes and its database together, at its peak.

\`\`\`sh
npm run bench                      # everything: under an hour
npm run bench -- downloads queue   # these cases
npm run bench -- --quick           # small and short: shows that the cases work, and says nothing about speed
\`\`\`
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** As pages name their headings. */
function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

function verdict(row: Row): string {
  const met = isMet(row);
  if (met === null) return '';
  return met ? 'met' : '**missed**';
}

function ranged({ median, low, high }: Row['value'], rounds: number): string {
  return rounds > 1 ? `${number(median)} (${number(low)} to ${number(high)})` : number(median);
}

/** The figure that is judged, as one reads it. */
function judged({ goal, value, ratio, unit }: Row): string {
  return goal?.of === 'ratio' && ratio !== null ? `${number(ratio.median)} ×` : withUnit(value.median, unit);
}

function wanted(results: readonly KeptResult[]): string {
  const rows = results.flatMap(({ title, figures }) =>
    figures.rows
      .filter(({ goal }) => goal !== null)
      .map((row) => {
        const beside = row.reference === null ? '' : `, beside ${row.reference.name}`;
        return [`[${title}](#${anchor(title)})`, `${row.subject}${beside}`, goalText(row), judged(row), verdict(row)];
      }),
  );
  return `## What is wanted\n\n${table(['case', 'figure', 'wanted', 'measured', 'verdict'], rows)}\n`;
}

function figuresTable({ figures }: KeptResult): string {
  const head = ['figure', 'unit', 'Conveyance', 'reference', 'multiple', 'wanted', 'verdict', 'rounds'];
  const rows = figures.rows.map((row) => {
    const { subject, unit, value, reference, ratio, rounds } = row;
    return [
      subject,
      unit,
      ranged(value, rounds),
      reference === null ? '' : `${reference.name}: ${ranged(reference.value, rounds)}`,
      ratio === null ? '' : ranged(ratio, rounds),
      goalText(row),
      verdict(row),
      String(rounds),
    ];
  });
  return table(head, rows);
}

function measuredOn({ date, commit, machine, versions }: KeptResult): string {
  const { cores, processor, memoryGib, system } = machine;
  const programs = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const at = commit === null ? '' : ` at ${commit}`;
  return `Measured on ${date}${at}: ${cores} × ${processor}, ${memoryGib} GiB, ${system}; ${programs.join(', ')}.`;
}

/** Where a goal is missed: what was tried, and why it stops there, by case. */
type Reasons = Readonly<Record<string, readonly string[]>>;

/** A page is written right after the figures, when nobody can have said why; a test of the page that is kept wants it said. */
export const NOT_SAID = 'why is not said yet';

function whyMissed({ case: name, figures }: KeptResult, reasons: Reasons): readonly string[] {
  const isMissed = figures.rows.some((row) => isMet(row) === false);
  const said = reasons[name] ?? (isMissed ? [NOT_SAID] : []);
  return said.map((reason) => (isMissed ? `Missed: ${reason}` : `Met by now: ${reason}`));
}

function section(result: KeptResult, reasons: Reasons): string {
  const { case: name, title, about, figures } = result;
  const bars = barsOf(figures.rows);
  const parts = [`## ${title}`, about];
  if (bars.length > 0) parts.push(`![${title}: ${chartText(bars)}](${PICTURES}/${name}.svg)`);
  parts.push(figuresTable(result));
  if (figures.peakBytes !== null) parts.push(`Peak memory: ${mebibytes(figures.peakBytes)}.`);
  for (const reason of figures.skipped) parts.push(`Left out: ${reason}.`);
  parts.push(...whyMissed(result, reasons), measuredOn(result));
  return `${parts.join('\n\n')}\n`;
}

const NOTHING_KEPT = `## No figures yet

No result of a whole run is kept in \`bench/results\`, so this page says nothing about speed. \`npm run bench -- --write\` fills it.
`;

export function performanceMarkdown(results: readonly KeptResult[], reasons: Reasons = {}): string {
  if (results.length === 0) return [INTRODUCTION, NOTHING_KEPT].join('\n');
  const place = (name: string) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const ordered = results.toSorted((one, other) => place(one.case) - place(other.case));
  return [INTRODUCTION, wanted(ordered), ...ordered.map((each) => section(each, reasons))].join('\n');
}

/** The pictures, by their path below the page's folder. */
export function performancePictures(results: readonly KeptResult[]): readonly { path: string; content: string }[] {
  return results.flatMap(({ case: name, title, figures }) => {
    const bars = barsOf(figures.rows);
    return bars.length === 0 ? [] : [{ path: `${PICTURES}/${name}.svg`, content: chartSvg(title, bars) }];
  });
}
