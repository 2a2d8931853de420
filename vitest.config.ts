import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { PartTimes } from './server/test/support/part-times.ts';
import { SlowestFirst } from './server/test/support/slowest-first.ts';

const INSIDE_ROOMS = [
  'core',
  'demo',
  'export',
  'golden',
  'jobs',
  'matching',
  'properties',
  'reports',
  'warehouse',
  'wire',
];
/** Tests that put spies in the place of modules: of no use where another file has loaded the module already. */
const WITH_SPIES = readdirSync('server/test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => `server/test/${path}`)
  .filter((path) => readFileSync(path, 'utf8').includes('vi.mock('));
/** Tests of inside rooms that prove something on a real database or engine. */
const ON_REAL_PARTS = [
  'server/test/jobs/{create-report-job,create-file-job,reads-replaced,result-tree,schedules,send-again}.test.ts',
  'server/test/reports/compile-{detail-files,details,search}.test.ts',
  'server/test/demo/{details,generate,load}.test.ts',
  'server/test/matching/match-tables.test.ts',
  'server/test/properties/lookup.test.ts',
  'server/test/warehouse/load-*.test.ts',
];

const SHARED = {
  // A worker keeps the program in its memory from file to file. In a process of its own, each file that imports the server began with
  // 1.5 s of a processor for that.
  isolate: false,
  // Real processes on a busy machine: a second try tells a race in a test from a fault in the product. The report names retried tests.
  retry: process.env['CI'] ? 1 : 0,
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  test: {
    globalSetup: ['server/test/support/postgres-global.ts'],
    // Some wait while others work: a third file at once keeps two cores busy. More would make each other time out.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default', new PartTimes()],
    projects: [
      {
        test: {
          ...SHARED,
          name: 'parts',
          include: [
            `server/test/!(${INSIDE_ROOMS.join('|')})/**/*.test.ts`,
            ...ON_REAL_PARTS,
            'cli/test/**/*.test.ts',
            'sdk/test/**/*.test.ts',
            'console/test/**/*.test.ts',
          ],
          exclude: WITH_SPIES,
        },
      },
      {
        test: {
          ...SHARED,
          name: 'inside',
          setupFiles: ['server/test/support/starts-nothing.ts'],
          include: ['server/test/*.test.ts', ...INSIDE_ROOMS.map((room) => `server/test/${room}/**/*.test.ts`)],
          exclude: [...ON_REAL_PARTS, ...WITH_SPIES],
        },
      },
      { test: { ...SHARED, isolate: true, name: 'alone', include: WITH_SPIES } },
    ],
  },
});
