import { createHash } from 'node:crypto';
import { isConveyanceError } from '../core/errors.ts';
import type { CopyObject } from '../core/ports/backup.ts';

/** Judged before it is sealed: under a name that promises a hash there is never anything else. */
export const copyObject: CopyObject = async (from, to, expected, signal) => {
  const writer = await to.store.create(to.key);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of await from.store.open(from.key)) {
      signal.throwIfAborted();
      hash.update(piece);
      bytes += piece.length;
      await writer.write(piece);
    }
    const isSame = bytes === expected.bytes && hash.digest('hex') === expected.sha256;
    await (isSame ? writer.finish() : writer.abort());
    return isSame;
  } catch (error) {
    await writer.abort();
    if (isConveyanceError(error, 'not_found')) return false;
    throw error;
  }
};
