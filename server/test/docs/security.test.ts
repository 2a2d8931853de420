/** The tables of docs/security.md, as a run of the hostile suite renews them. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type HostileReport, hostileMarkdown, removalsMarkdown } from '../../../scripts/hostile-markdown.ts';
import { CONTROLS } from '../hostile/controls.ts';
import { REMOVALS } from '../hostile/removals.ts';
import { SHAPE_NAMES } from '../hostile/shapes.ts';

const PAGE = new URL('../../../docs/security.md', import.meta.url);
const TIMES = { p95: 12.34, p99: 123.4 };
const FIGURES = {
  requests: 7,
  answers: { 200: 2, 429: 5 },
  livez: TIMES,
  neighbour: TIMES,
  timesIdle: 1.5,
  peakMib: 40,
  afterMib: 3,
  faults: [] as readonly string[],
};

function reportOf(changes: Partial<HostileReport>): HostileReport {
  return { idle: { livez: TIMES, neighbour: TIMES }, control: null, isWhole: true, shapes: [], ...changes };
}

function rowsOf(page: string, first: string): readonly string[] {
  return page.split('\n').filter((line) => line.startsWith(`| ${first} |`));
}

test('the page explains every shape', async () => {
  const page = await readFile(PAGE, 'utf8');
  for (const shape of SHAPE_NAMES) expect(page).toContain(`| \`${shape}\` |`);
});

/** Of the table that a run writes, by the first cell of each row. */
async function tableOf(name: string): Promise<ReadonlyMap<string, string>> {
  const [, inside = ''] = (await readFile(PAGE, 'utf8')).split(`<!-- hostile ${name}:`);
  const [rows = ''] = inside.split(`<!-- end of hostile ${name}`);
  const cells = [...rows.matchAll(/^\| ([a-z][a-z-]*) (\|.*)$/gm)].slice(1);
  return new Map(cells.map(([, first = '', rest = '']) => [first, rest]));
}

test.each([
  ['controls', CONTROLS],
  ['removals', REMOVALS],
])('its %s are all that there are, and each was seen', async (name, declared) => {
  const table = await tableOf(name);
  expect([...table.keys()].toSorted()).toEqual(Object.keys(declared).toSorted());
  for (const [guard, row] of table) expect(row, guard).not.toContain('**nothing**');
});

test('a run renews its own rows and leaves the others', async () => {
  const page = await readFile(PAGE, 'utf8');
  const shapes = ['deep', 'wide'].map((shape) => ({ ...FIGURES, shape }));
  const first = hostileMarkdown(page, reportOf({ shapes }), 'a machine', '2026-01-01');
  const red = { ...FIGURES, shape: 'deep', faults: ['it | stood still', 'twice'] };
  const second = hostileMarkdown(first, reportOf({ shapes: [red] }), 'another machine', '2026-01-02');
  expect(rowsOf(second, 'wide')).toEqual([
    '| wide | 7 | 429 × 5, 200 × 2 | 123 ms (idle 123 ms) | 12 ms, 1.5 × idle | 40 MiB, 3 MiB | holds | 2026-01-01 |',
  ]);
  expect(rowsOf(second, 'deep')).toEqual([
    expect.stringContaining('**does not hold**: it \\| stood still (and 1 more)'),
  ]);
  expect(second).toContain('The last run was on 2026-01-02: another machine.');
});

test('a run without a guard says what was seen, and one of some routes writes nothing', async () => {
  const page = await readFile(PAGE, 'utf8');
  const shapes = [{ ...FIGURES, shape: 'blanks', faults: ['it stood still'] }];
  const control = { name: 'a-guard', guard: 'does something' };
  const written = hostileMarkdown(page, reportOf({ shapes, control, isWhole: false }), 'a machine', '2026-01-01');
  expect(rowsOf(written, 'a-guard')).toEqual([
    '| a-guard | does something | blanks: it stood still (`/livez` p99 123 ms) | 2026-01-01 |',
  ]);
  expect(hostileMarkdown(page, reportOf({ shapes, isWhole: false }), 'a machine', '2026-01-01')).toBe(page);
});

test('guards that were taken out for their own tests have rows, with what was red', async () => {
  const page = await readFile(PAGE, 'utf8');
  const one = { name: 'a-guard', guard: 'does something', test: 'core/a.test.ts', failedGuarded: [] };
  const red = { removals: [{ ...one, failed: ['it holds', 'it holds twice'] }] };
  expect(rowsOf(removalsMarkdown(page, red, 'a machine', '2026-01-01'), 'a-guard')).toEqual([
    '| a-guard | does something | `core/a.test.ts` | it holds, and 1 more | 2026-01-01 |',
  ]);
  const green = { removals: [{ ...one, failed: [] }] };
  expect(removalsMarkdown(page, green, 'a machine', '2026-01-01')).toContain('| `core/a.test.ts` | **nothing** |');
  const always = { removals: [{ ...one, failedGuarded: ['it holds'], failed: [] }] };
  expect(removalsMarkdown(page, always, 'a machine', '2026-01-01')).toContain('| **red with it, too**: it holds |');
  const ofClient = { removals: [{ ...one, test: '../../sdk/test/a.test.ts', failed: ['it holds'] }] };
  expect(removalsMarkdown(page, ofClient, 'a machine', '2026-01-01')).toContain('| `sdk/test/a.test.ts` | it holds |');
});
