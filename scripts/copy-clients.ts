/** Puts beside the built server what it hands out and what is not a package that it depends on: the Python module. */
import { copyFile, rm } from 'node:fs/promises';

const MODULE = new URL('../clients/python/conveyance.py', import.meta.url);
const COPY = new URL('../server/dist/conveyance.py', import.meta.url);

try {
  await copyFile(MODULE, COPY);
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  await rm(COPY, { force: true });
}
