import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ConveyanceError } from '../../core/errors.ts';
import type { LocalFiles } from '../../core/ports/local-files.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE, type SealedObject } from '../../core/ports/store.ts';

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

async function writeBytes(path: string, pieces: AsyncIterable<Uint8Array>): Promise<SealedObject> {
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  await pipeline(counted(), createWriteStream(path, { mode: PRIVATE_FILE_MODE }));
  return { bytes, sha256: hash.digest('hex') };
}

export function createLocalFiles(): LocalFiles {
  return {
    read,
    writeBytes,
    async exists(path) {
      try {
        return (await stat(path)).isFile();
      } catch (error) {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
          return false;
        throw error;
      }
    },
    writeText: (path, pieces) => pipeline(pieces, createWriteStream(path, { mode: PRIVATE_FILE_MODE })),
  };
}
