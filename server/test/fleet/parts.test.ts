/** The parts of `npm run test:fleet`: all that there is, and an end that says what was not tried. */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLEET_PARTS, type PartOutcome, reportOf } from '../../../scripts/fleet-parts.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const OWN = 'parts.test.ts';

const RUN: PartOutcome = { name: 'a', passed: 3, failed: 0, skipped: 0, why: null, fault: null, isLeftOut: false };

describe('the parts', () => {
  it('are files that exist, every file of this folder among them', () => {
    const files = FLEET_PARTS.flatMap((part) => part.files);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const here = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts') && file !== OWN);
    expect(here.filter((file) => !files.includes(`server/test/fleet/${file}`))).toEqual([]);
    expect(new Set(files).size).toBe(files.length);
  });

  it('that concern buckets have every test of theirs', () => {
    const named = FLEET_PARTS.flatMap(({ files }) => files);
    const ofBuckets = ['contract', 'storage', 'flow'].flatMap((room) =>
      readdirSync(join(ROOT, 'server/test', room))
        .filter((file) => /(?:^|-)s3\b.*\.test\.ts$/.test(file))
        .map((file) => `server/test/${room}/${file}`),
    );
    expect(ofBuckets.length).toBeGreaterThan(5);
    expect(ofBuckets.filter((file) => !named.includes(file))).toEqual([]);
  });
});

describe('the end', () => {
  it('is good when all ran, or were left out by name', () => {
    const { lines, isGood } = reportOf([RUN, { ...RUN, name: 'b', passed: 0, isLeftOut: true }]);
    expect(isGood).toBe(true);
    expect(lines.at(-1)).toBe(
      'fleet, 2 parts: 1 run, 0 failed, 0 skipped, 1 left out; tests: 3 passed, 0 failed, 0 skipped',
    );
  });

  it.each([
    ['a test was skipped', { skipped: 1, why: 'nodes (faketime not found)' }, 'b: skipped', '(faketime not found)'],
    ['no test ran', { passed: 0 }, 'b: skipped', '0 passed'],
    ['a test failed', { failed: 1, skipped: 1 }, 'b: failed', '1 failed'],
    ['its time was over', { fault: 'was not over after 10 minutes' }, 'b: failed', 'not over after 10 minutes'],
  ])('is bad when %s', (_what, change, begins, says) => {
    const { lines, isGood } = reportOf([RUN, { ...RUN, name: 'b', ...change }]);
    expect(isGood).toBe(false);
    expect(lines[1]).toContain(begins);
    expect(lines[1]).toContain(says);
  });
});
