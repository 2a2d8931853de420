// Biome lints everything else. The first three need types that Biome infers only in part: of 13 planted floating promises it sees 10.
// The rules for regular expressions have no equal there: one that backtracks over a client's text costs the square of its length.
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

export default [
  {
    ignores: ['**/dist/', '**/.build/', '**/.bench/', '.mutation/', 'node_modules/', '**/*.mjs', '**/*.js'],
  },
  {
    files: ['**/*.ts', 'console/src/**/*.tsx'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ['./tsconfig.tests.json', './console/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['server/src/**/*.ts', 'sdk/src/**/*.ts', 'cli/src/**/*.ts', 'console/src/**/*.{ts,tsx}'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
];
