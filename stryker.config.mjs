// How `npm run mutation` changes the code; scripts/mutation.ts says which files it changes and which tests it runs.
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  // The tests are listed by the script's configuration of vitest; "related" would add all that reach the file through the whole program.
  vitest: { related: false },
  coverageAnalysis: 'perTest',
  // The machine is for something else meanwhile.
  concurrency: 1,
  // Beyond what the tests take without a fault. Endless loops are found by counting; a busy machine must not pass for one.
  timeoutMS: 60_000,
  // Types are not checked on the way, so that nothing needs to be silenced in the copies.
  disableTypeChecks: false,
  reporters: ['clear-text', process.stdout.isTTY ? 'progress' : 'progress-append-only'],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false, reportMutants: true },
  // Below 85 % the run fails.
  thresholds: { high: 95, low: 85, break: 85 },
  allowEmpty: false,
  cleanTempDir: 'always',
  ignorePatterns: ['.mutation', '.build', '.bench', '/demo-data', '/demo-exports', '/data'],
  allowConsoleColors: process.stdout.isTTY === true,
};
