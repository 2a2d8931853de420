/** What ARCHITECTURE.md says of files and of a job's states, held against the code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFinished, JOB_STATUSES, type JobStatus, PHASES } from '../../src/core/job.ts';

const SOURCE = resolve(import.meta.dirname, '../../src');
const page = readFileSync(resolve(SOURCE, '../../ARCHITECTURE.md'), 'utf8');
const section = /## A job's states\n([\s\S]*?)\n## /.exec(page)?.[1] ?? '';
const ROW = /^\| `(\w+)` \| `(\w+)` \| `([\w/.-]+)` \|/gm;
const rows = [...section.matchAll(ROW)].map(([, from, to, file]) => ({ from, to, file }));

/** Which endings the verbs of jobs bring about, and where. */
function endings() {
  return readdirSync(join(SOURCE, 'jobs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(SOURCE, 'jobs', path), 'utf8');
      const outcomes = [...text.matchAll(/outcome: '(\w+)'/g)].map(([, to]) => to);
      return [...new Set(outcomes)].map((to) => ({ to, file: `jobs/${path}` }));
    });
}

describe('the states of a job, as drawn', () => {
  it('are all that there are', () => {
    expect(new Set(rows.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(JOB_STATUSES));
    for (const word of [...JOB_STATUSES, ...PHASES.filter((phase) => phase !== 'done')])
      expect(section).toContain(word);
  });

  it('are left only where they are not final', () => {
    const left = rows.filter(({ from }) => isFinished({ status: from as JobStatus }));
    expect(left).toEqual([]);
  });

  it('are moved by the files that the code has it from, and by no other', () => {
    const drawn = rows.map(({ to, file }) => `${file} → ${to}`);
    expect(drawn.sort()).toEqual(
      endings()
        .map(({ to, file }) => `${file} → ${to}`)
        .sort(),
    );
  });
});

describe('the files that the page names', () => {
  const named = [...page.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map(([, path = '']) => path);
  const ROOTS = ['.', 'server/src', 'server/src/reports'].map((root) => resolve(SOURCE, '../..', root));

  it('are many', () => expect(named.length).toBeGreaterThan(30));

  it('exist', () => {
    const missing = named.filter((path) => !ROOTS.some((root) => existsSync(join(root, path))));
    expect(missing).toEqual([]);
  });
});
