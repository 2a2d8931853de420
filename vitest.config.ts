import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/test/**/*.test.ts', 'cli/test/**/*.test.ts', 'sdk/test/**/*.test.ts'],
    globalSetup: ['server/test/support/postgres-global.ts'],
    // Tests start real databases and engines: on two cores more files at once only make each other time out.
    maxWorkers: 2,
    // Real processes on a busy machine: a second try tells a race in a test from a fault in the product. The report names retried tests.
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
