// Biome lints everything else. These three need types that Biome infers only in part: of 13 planted floating promises it sees 10.
import tseslint from 'typescript-eslint';

export default [
  { ignores: ['**/dist/', '**/.build/', '**/.bench/', 'node_modules/', 'console/', '**/*.mjs', '**/*.js'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ['./tsconfig.tests.json', './bench/tsconfig.json', './scripts/tsconfig.json'],
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
];
