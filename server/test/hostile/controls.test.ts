/** Each control takes away something that is there: a guard that was moved or renamed takes its control with it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTROLS } from './controls.ts';

const BUILT = join(import.meta.dirname, '../../dist');

test.each(Object.entries(CONTROLS))('%s', (_name, { changes, shapes }) => {
  expect(shapes).not.toEqual([]);
  for (const { file, from } of changes) {
    expect(readFileSync(join(BUILT, file), 'utf8').split(from), `${file}: ${from}`).toHaveLength(2);
  }
});
