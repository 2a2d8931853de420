// node janitor.mjs DIRECTORY, on a pipe of whoever made it: when the pipe ends, stops the PostgreSQL of the directory and deletes both.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [, , directory] = process.argv;
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** Null where none runs. */
function serverOf() {
  try {
    const [first] = readFileSync(join(directory, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(first);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

process.stdin.resume();
process.stdin.once('close', async () => {
  const deadline = Date.now() + PATIENCE_MS;
  for (let pid = serverOf(); pid !== null && Date.now() < deadline; pid = serverOf()) {
    // At once: nothing in it is worth keeping.
    process.kill(pid, 'SIGQUIT');
    await delay(POLL_MS);
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
  process.exit(0);
});
