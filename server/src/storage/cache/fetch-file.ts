import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { PassingFault } from '../../core/passing-fault.ts';
import { PRIVATE_FILE_MODE, type SealedObject } from '../../core/ports/store.ts';
import { hasCode } from '../file-faults.ts';

/** Writes the bytes into a new file. An endless source must not fill the disk: more than `mostBytes` are not read. */
export async function fetchFile(
  source: AsyncIterable<Uint8Array>,
  path: string,
  mostBytes: number,
): Promise<SealedObject> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', PRIVATE_FILE_MODE);
  try {
    for await (const piece of source) {
      bytes += piece.length;
      if (bytes > mostBytes) break;
      hash.update(piece);
      await file.appendFile(piece);
    }
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    throw new PassingFault('The server has no room for the warehouse’s files just now; try again later', error);
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
