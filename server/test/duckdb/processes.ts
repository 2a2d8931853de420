/** The engine's children as the operating system sees them (Linux). */
import { readdir, readFile } from 'node:fs/promises';

export const canSeeProcesses = process.platform === 'linux';

/** The ids of all processes whose arguments name the text. */
export async function processesNaming(text: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end while we look.
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(text) && Number(entry) !== process.pid) found.push(Number(entry));
  }
  return found;
}
