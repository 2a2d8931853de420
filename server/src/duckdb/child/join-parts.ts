/** How the part files of an export become its one file, in each form that a file can have. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Sink } from '../../core/ports/engine.ts';
import { ParquetJoin } from '../parquet/join.ts';
import { partPath } from '../protocol.ts';
import { escapeLineSeparators } from './line-separators.ts';
import type { Session } from './session.ts';
import { compressZstd } from './zstd.ts';

export interface PartJoin {
  /** Where the first part is written; the others go to `partPath`. */
  readonly firstPart: string;
  /** Takes each part file as it arrives and leaves the finished sink. Requests the next part when it is done with the last. */
  join(parts: AsyncIterable<string>): Promise<void>;
}

/** Large enough that a piece costs little beside its bytes. */
const READ_BYTES = 1_048_576;

function readPart(part: string, { format }: Sink): AsyncIterable<Buffer> {
  const chunks: AsyncIterable<Buffer> = createReadStream(part, { highWaterMark: READ_BYTES });
  return format === 'jsonl' ? escapeLineSeparators(chunks) : chunks;
}

async function appendText(path: string, parts: AsyncIterable<string>, sink: Sink): Promise<void> {
  let flags = 'w';
  for await (const part of parts) {
    if (part !== path) {
      await pipeline(readPart(part, sink), createWriteStream(path, { flags }));
      await rm(part);
    }
    flags = 'a';
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
async function* textOf(
  session: Session,
  parts: AsyncIterable<string>,
  sink: Sink,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    for await (const chunk of readPart(part, sink)) {
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
  // Lines of JSON are not as they leave the engine: none of them may be written where the file is to be.
  const firstPart = format === 'jsonl' ? partPath(sink) : path;
  switch (compression) {
    case 'none':
      return { firstPart, join: (parts) => appendText(path, parts, sink) };
    case 'gzip':
      return {
        firstPart: partPath(sink),
        join: (parts) => pipeline(textOf(session, parts, sink), createGzip(), createWriteStream(path)),
      };
    // The engine compresses one statement's output as one frame, and a statement cannot wait for parts: the text is whole first.
    case 'zstd':
      return {
        firstPart,
        async join(parts) {
          await appendText(path, parts, sink);
          await compressZstd(session, path, partPath(sink));
          await rename(partPath(sink), path);
        },
      };
  }
}
