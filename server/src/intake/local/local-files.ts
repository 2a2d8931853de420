import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ConveyanceError } from '../../core/errors.ts';
import type { LocalFiles } from '../../core/ports/local-files.ts';
import { PRIVATE_FILE_MODE } from '../../core/ports/store.ts';

async function* read(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = createReadStream(path);
  const unpacked = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  // An error of the file does not reach what it is piped to.
  file.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const piece of unpacked) yield piece;
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason';
    throw new ConveyanceError('load_refused', `${path} cannot be read: ${reason}`, { cause: error });
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}

export function createLocalFiles(): LocalFiles {
  return {
    read,
    writeText: (path, pieces) => pipeline(pieces, createWriteStream(path, { mode: PRIVATE_FILE_MODE })),
  };
}
