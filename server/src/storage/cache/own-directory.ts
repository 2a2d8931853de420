/** A directory of this process alone, and that of one that is no more if there is such a one: its copies are of use. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../../core/ports/store.ts';
import { hasCode, ifPresent } from '../file-faults.ts';

const OWNER = 'owner';
/** Of this process: its id alone would not tell its own directories from those of an earlier process with the same id. */
const taken = new Set<string>();

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** False if it was another one's by then: of several processes that find a dead one's, one removes it. */
async function removeOwner(owner: string, last: string): Promise<boolean> {
  const aside = `${owner}.${randomUUID()}`;
  if ((await ifPresent(rename(owner, aside).then(() => true))) === null) return false;
  const isDead = (await readFile(aside, 'utf8')) === last;
  if (!isDead) await link(aside, owner).catch(() => undefined);
  await rm(aside);
  return isDead;
}

async function take(directory: string): Promise<boolean> {
  const owner = join(directory, OWNER);
  await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  const last = await ifPresent(readFile(owner, 'utf8'));
  const pid = Number(last);
  if (pid > 0 && pid !== process.pid && isRunning(pid)) return false;
  if (last !== null && !(await removeOwner(owner, last))) return false;
  try {
    await writeFile(owner, String(process.pid), { flag: 'wx', mode: PRIVATE_FILE_MODE });
    return true;
  } catch (error) {
    // Another process was faster.
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

export interface OwnDirectory {
  readonly path: string;
  /** Leaves what is in it to the next. */
  release(): Promise<void>;
}

/** The first of the numbered directories below `root` that no process has. */
export async function takeDirectory(root: string): Promise<OwnDirectory> {
  for (let number = 0; ; number++) {
    const path = join(root, String(number));
    if (taken.has(path) || !(await take(path))) continue;
    taken.add(path);
    return {
      path,
      async release() {
        await rm(join(path, OWNER), { force: true });
        taken.delete(path);
      },
    };
  }
}
