/** Files with a customer's data: their owner's alone, and never written through a link that somebody else has put in their place. */
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

const PRIVATE_MODE = 0o600;
/** Windows has neither flag. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;
/** A pipe that waits for a reader must not keep us. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/**
 * Opens the file for reading and writing, with its content; null if there is none of our own: what is a link, no plain file, or another
 * user's is not opened. Makes it readable by its owner alone.
 */
export async function openOwnFile(path: string): Promise<FileHandle | null> {
  const handle = await open(path, constants.O_RDWR | NO_LINK | NO_WAIT).catch(() => null);
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    // A second name of the file would be another way to it.
    const isOwn = found.isFile() && found.nlink === 1 && found.uid === (process.getuid?.() ?? found.uid);
    if (isOwn) {
      await handle.chmod(PRIVATE_MODE);
      return handle;
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}

/** An empty file, readable by its owner alone, in the place of whatever has the name; a link is removed, not followed. */
export async function createPrivateFile(path: string): Promise<FileHandle> {
  const own = await openOwnFile(path);
  if (own !== null) {
    await own.truncate(0);
    return own;
  }
  await rm(path, { force: true });
  const fresh = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_LINK;
  return open(path, fresh, PRIVATE_MODE);
}
