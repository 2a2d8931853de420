/** Ends the run's Swift, if a test has started it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function endSwift(runDirectory: string): Promise<void> {
  const pids = join(runDirectory, 'swift/pids');
  if (!existsSync(pids)) return;
  for (const pid of (await readFile(pids, 'utf8')).split('\n').map(Number)) {
    try {
      // Its own group: what it has started ends with it.
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
