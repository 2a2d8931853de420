#!/usr/bin/env node
// Stands in the repository so that it can be linked and executed before anything is built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write('error: Conveyance is not built yet; in its folder, run: npm run build\n');
  process.exitCode = 1;
}
