/** How the part files of an export become its one file, in each form that a file can have. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Sink } from '../../core/ports/engine.ts';
import { ParquetJoin } from '../parquet/join.ts';
import { partPath } from '../protocol.ts';
import type { Session } from './session.ts';
import { compressZstd } from './zstd.ts';

export interface PartJoin {
  /** Where the first part is written; the others go to `partPath`. */
  readonly firstPart: string;
  /** Takes each part file as it arrives and leaves the finished sink. Requests the next part when it is done with the last. */
  join(parts: AsyncIterable<string>): Promise<void>;
}

async function appendText(path: string, parts: AsyncIterable<string>): Promise<void> {
  for await (const part of parts) {
    if (part === path) continue;
    await pipeline(createReadStream(part), createWriteStream(path, { flags: 'a' }));
    await rm(part);
  }
}

async function appendRowGroups(path: string, parts: AsyncIterable<string>): Promise<void> {
  const file = new ParquetJoin(path);
  for await (const part of parts) {
    if (part === path) continue;
    await file.append(part);
    await rm(part);
  }
  await file.finish();
}

/** Every part's text in turn. A part may take seconds to compress: a cancel must not wait for its end. */
async function* textOf(session: Session, parts: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    for await (const chunk of createReadStream(part)) {
      session.throwIfCancelled();
      yield chunk;
    }
    await rm(part);
  }
}

/**
 * Compressed files are one gzip member or one zstd frame. Compressing each part and appending it would be legal and simpler, but
 * python-zstandard (and with it pandas) stops without an error after the first frame, and browsers after the first member.
 */
export function partJoin(session: Session, sink: Sink): PartJoin {
  const { path, format, compression } = sink;
  if (format === 'parquet') return { firstPart: path, join: (parts) => appendRowGroups(path, parts) };
  switch (compression) {
    case 'none':
      return { firstPart: path, join: (parts) => appendText(path, parts) };
    case 'gzip':
      return {
        firstPart: partPath(sink),
        join: (parts) => pipeline(textOf(session, parts), createGzip(), createWriteStream(path)),
      };
    // The engine compresses one statement's output as one frame, and a statement cannot wait for parts: the text is whole first.
    case 'zstd':
      return {
        firstPart: path,
        async join(parts) {
          await appendText(path, parts);
          await compressZstd(session, path, partPath(sink));
          await rename(partPath(sink), path);
        },
      };
  }
}
