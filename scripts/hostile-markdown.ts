/** The tables of docs/security.md: what attacks came to, and what the suite said without a guard. Each run renews its own rows. */
import { posix } from 'node:path';

interface Times {
  readonly p95: number;
  readonly p99: number;
}

/** Of one shape, as server/test/hostile/hostile.test.ts reports it. */
interface ShapeFigures {
  readonly shape: string;
  readonly requests: number;
  readonly answers: Readonly<Record<string, number>>;
  readonly livez: Times;
  readonly neighbour: Times;
  readonly timesIdle: number;
  readonly peakMib: number;
  readonly afterMib: number;
  readonly faults: readonly string[];
}

export interface HostileReport {
  readonly idle: { readonly livez: Times; readonly neighbour: Times };
  readonly control: { readonly name: string; readonly guard: string } | null;
  /** False where only some routes were attacked. */
  readonly isWhole: boolean;
  readonly shapes: readonly ShapeFigures[];
}

/** What tests of their own said of guards that were taken out, as server/test/hostile/removals.test.ts reports it. */
export interface RemovalsReport {
  readonly removals: readonly {
    readonly name: string;
    readonly guard: string;
    readonly test: string;
    /** With the guard in place: any of them, and the test proves nothing. */
    readonly failedGuarded: readonly string[];
    /** Without the guard, of those that pass with it. */
    readonly failed: readonly string[];
  }[];
}

interface Table {
  /** Stands in the comments around it. */
  readonly name: string;
  readonly head: readonly string[];
}

const FIGURES: Table = {
  name: 'figures',
  head: [
    'shape',
    'requests',
    'answered',
    '`/livez` p99',
    'second tenant’s p95',
    'memory above idle: peak, after',
    'verdict',
    'measured',
  ],
};
const CONTROLS: Table = { name: 'controls', head: ['control', 'the guard', 'what the suite said without it', 'run'] };
const REMOVALS: Table = { name: 'removals', head: ['removal', 'the guard', 'its test', 'red without it', 'run'] };
const LONGEST_VERDICT = 160;
const SERVER_TESTS = 'server/test/';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |`;
}

function shortened(text: string): string {
  return text.length > LONGEST_VERDICT ? `${text.slice(0, LONGEST_VERDICT)}…` : text;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed()} ms`;
}

function marks({ name }: Table): readonly [begin: string, end: string] {
  return [`<!-- hostile ${name}: written by npm run test:hostile -->`, `<!-- end of hostile ${name} -->`];
}

/** The page with these rows in the table, each in the place of the one that begins like it, or at its end. */
export function withRows(page: string, table: Table, rows: readonly (readonly string[])[], caption: string): string {
  const [begin, end] = marks(table);
  const [before, rest] = page.split(begin);
  const [inside, after] = rest?.split(end) ?? [];
  if (before === undefined || inside === undefined || after === undefined) {
    throw new Error(`the page has no place for the ${table.name}: ${begin} … ${end}`);
  }
  const lines = new Map<string, string>();
  const old = inside.split('\n').filter((each) => each.startsWith('| ') && !each.startsWith('| --'));
  for (const each of old.slice(1)) lines.set(each.split(' | ')[0] ?? '', each);
  for (const row of rows) {
    const made = line(row);
    lines.set(made.split(' | ')[0] ?? '', made);
  }
  const head = [line(table.head), line(table.head.map(() => '---'))];
  return `${before}${begin}\n${caption}\n\n${[...head, ...lines.values()].join('\n')}\n${end}${after}`;
}

function answered(answers: ShapeFigures['answers']): string {
  return Object.entries(answers)
    .toSorted(([, one], [, other]) => other - one)
    .map(([status, count]) => `${status} × ${count}`)
    .join(', ');
}

function figuresRow(figures: ShapeFigures, idle: HostileReport['idle'], day: string): readonly string[] {
  const { shape, requests, answers, livez, neighbour, timesIdle, peakMib, afterMib, faults } = figures;
  const [first] = faults;
  const verdict = first === undefined ? 'holds' : `**does not hold**: ${shortened(first)}`;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return [
    shape,
    String(requests),
    answered(answers),
    `${ms(livez.p99)} (idle ${ms(idle.livez.p99)})`,
    `${ms(neighbour.p95)}, ${timesIdle.toFixed(1)} × idle`,
    `${peakMib} MiB, ${afterMib} MiB`,
    verdict + more,
    day,
  ];
}

function saidOf({ shape, faults, livez }: ShapeFigures): readonly string[] {
  const [first] = faults;
  if (first === undefined) return [];
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return [`${shape}: ${shortened(first)}${more} (\`/livez\` p99 ${ms(livez.p99)})`];
}

/** The page after a run. @param machine in words */
export function hostileMarkdown(page: string, report: HostileReport, machine: string, day: string): string {
  const { idle, control, isWhole, shapes } = report;
  if (control === null) {
    if (!isWhole) return page;
    const rows = shapes.map((figures) => figuresRow(figures, idle, day));
    return withRows(page, FIGURES, rows, `The last run was on ${day}: ${machine}.`);
  }
  const said = shapes.flatMap((figures) => saidOf(figures));
  const row = [control.name, control.guard, said.length > 0 ? said.join('; ') : '**nothing**', day];
  return withRows(page, CONTROLS, [row], `The last run was on ${day}: ${machine}.`);
}

function firstOf([first, ...more]: readonly string[]): string {
  if (first === undefined) return '**nothing**';
  return shortened(first) + (more.length > 0 ? `, and ${more.length} more` : '');
}

/** The page after guards were taken out for their own tests. */
export function removalsMarkdown(page: string, { removals }: RemovalsReport, machine: string, day: string): string {
  const rows = removals.map(({ name, guard, test, failedGuarded, failed }) => {
    const said = failedGuarded.length > 0 ? `**red with it, too**: ${firstOf(failedGuarded)}` : firstOf(failed);
    // Most are below the server's tests, and named from there; others from the root.
    const path = posix.join(SERVER_TESTS, test).replace(SERVER_TESTS, '');
    return [name, guard, `\`${path}\``, said, day];
  });
  return withRows(page, REMOVALS, rows, `The last run was on ${day}: ${machine}.`);
}
