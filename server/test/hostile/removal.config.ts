/**
 * vitest --config THIS FILE: one test, on the source without the guard that HOSTILE_REMOVAL names, or with HOSTILE_GUARDED as the source
 * is. No file is changed for it.
 */
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { REMOVALS } from './removals.ts';

const SOURCE = join(import.meta.dirname, '../../src');
const REMOVAL = REMOVALS[process.env['HOSTILE_REMOVAL'] ?? ''];
if (REMOVAL === undefined) throw new Error(`HOSTILE_REMOVAL must be one of ${Object.keys(REMOVALS).join(', ')}`);
const { test, only } = REMOVAL;
const changes = process.env['HOSTILE_GUARDED'] === undefined ? REMOVAL.changes : [];

export default defineConfig({
  plugins: [
    {
      name: 'without a guard',
      enforce: 'pre',
      transform(code, id) {
        const meant = changes.filter(({ file }) => id === join(SOURCE, file));
        return meant.reduce((text, { file, from, to }) => {
          if (text.split(from).length !== 2) throw new Error(`${file} was to have one ${from}`);
          return text.replace(from, () => to);
        }, code);
      },
    },
  ],
  test: {
    globalSetup: [join(import.meta.dirname, '../support/postgres-global.ts')],
    include: [join('server/test', test)],
    ...(only !== undefined && { testNamePattern: only }),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
