// node janitor.mjs DIRECTORY, on a pipe of whoever made it: when the pipe ends, stops the PostgreSQL, the S3 servers and the fleets of the directory,
// and deletes it.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const [, , directory] = process.argv;
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** Null where none runs. */
function serverOf(parent = directory) {
  try {
    const [first] = readFileSync(join(parent, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(first);
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** Of tests that were interrupted: nodes first, which would only complain about their database. */
function endFleets() {
  const fleets = join(directory, 'fleets');
  let names = [];
  try {
    names = readdirSync(fleets);
  } catch {
    // No test has made one.
  }
  for (const name of names) {
    for (const file of readdirSync(join(fleets, name)).filter((each) => each.endsWith('.pid'))) {
      try {
        process.kill(Number(readFileSync(join(fleets, name, file), 'utf8')), 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    const database = serverOf(join(fleets, name, 'database'));
    if (database !== null) process.kill(database, 'SIGQUIT');
  }
}

/** Their parts are groups of their own: what they have started ends with them. */
function endStore(name) {
  let pids = [];
  try {
    pids = readFileSync(join(directory, name, 'pids'), 'utf8')
      .split('\n')
      .map(Number);
  } catch {
    // No test has started it.
  }
  for (const pid of pids.filter((each) => each > 1)) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

process.stdin.resume();
process.stdin.once('close', async () => {
  endFleets();
  for (const name of ['swift', 'ceph']) endStore(name);
  const deadline = Date.now() + PATIENCE_MS;
  for (let pid = serverOf(); pid !== null && Date.now() < deadline; pid = serverOf()) {
    // At once: nothing in it is worth keeping.
    process.kill(pid, 'SIGQUIT');
    await delay(POLL_MS);
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
  process.exit(0);
});
