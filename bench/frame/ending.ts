/** What a benchmark has started ends with it, even if it cannot end it itself: the processes below it, and the databases in its folder, which outlive it. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteCluster, findCluster } from '../../server/dist/postgres/embedded/cluster.js';
import { shutDown } from '../../server/dist/postgres/embedded/postmaster.js';
import { processTree } from '../process-tree.ts';

/** How deep below the folder a data directory may be; a database that is being made is one deeper. */
const DEPTH = 3;

function send(pid: number, signal: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** The process and all below it, but no database. Stopped first, from the top: none starts another while they are looked for. */
export function endProcesses(root: number): void {
  const found = new Set<number>();
  for (;;) {
    const more = processTree([root]).filter((pid) => !found.has(pid));
    if (more.length === 0) break;
    for (const pid of more) {
      found.add(pid);
      send(pid, 'SIGSTOP');
    }
  }
  for (const pid of found) send(pid, 'SIGKILL');
}

async function endDatabases(directory: string, depth: number): Promise<void> {
  const cluster = existsSync(join(directory, 'postgres')) ? await findCluster(directory) : null;
  if (cluster !== null) {
    await shutDown({ directory: cluster });
    await deleteCluster(directory, cluster);
  } else if (depth > 0) {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries) if (entry.isDirectory()) await endDatabases(join(directory, entry.name), depth - 1);
  }
}

export async function removeFolder(directory: string): Promise<void> {
  await endDatabases(directory, DEPTH);
  await rm(directory, { recursive: true, force: true });
}
