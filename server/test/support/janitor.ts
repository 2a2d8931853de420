import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'janitor.mjs');

/**
 * Removes the directory, and the PostgreSQL and the S3 server that run in it, when this process has ended, however that came, or when its standard input is
 * closed. The global set-up's own tidying is not run by a process that a signal ends, and its server is nobody's child.
 */
export function startJanitor(dataDir: string): ChildProcess {
  // Detached: what interrupts the whole group of a terminal must leave somebody to tidy up.
  const janitor = spawn(process.execPath, [PROGRAM, dataDir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // It lives as long as this process, and does not keep it alive.
  janitor.unref();
  if (janitor.stdin !== null && 'unref' in janitor.stdin && typeof janitor.stdin.unref === 'function') {
    janitor.stdin.unref();
  }
  return janitor;
}
