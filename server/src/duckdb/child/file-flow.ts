/** How what the engine writes, part by part, becomes the bytes of one file on their way to the parent. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { FileForm } from '../../core/ports/engine.ts';
import { escapeLineSeparators } from '../line-separators.ts';
import { ParquetJoin } from '../parquet/join.ts';
import { holdPipe, readPipe, writePipe } from '../pipe.ts';
import { type ChildSettings, framePath, pipesOf } from '../protocol.ts';
import type { Session } from './session.ts';
import { compressZstd } from './zstd.ts';

/** Has the engine write a part to the path. */
export type WritePart = (index: number, path: string) => Promise<void>;

interface Flow {
  readonly session: Session;
  readonly settings: ChildSettings;
  readonly form: FileForm;
  readonly parts: number;
  readonly writePart: WritePart;
}

/** As they come from the engine. Lines of JSON are completed by the parent, which has all bytes in its hands anyway. */
async function straight({ settings, parts, writePart }: Flow): Promise<void> {
  const pipes = pipesOf(settings);
  const release = holdPipe(pipes.out);
  try {
    for (let index = 0; index < parts; index++) await writePart(index, pipes.out);
  } finally {
    release();
  }
}

/** Has `take` read the text of all parts, as one stream. */
async function throughChild(
  { settings, form, parts, writePart }: Flow,
  take: (text: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const pipes = pipesOf(settings);
  const reader = readPipe(pipes.through);
  const release = holdPipe(pipes.through);
  const taken = take(form.format === 'jsonl' ? escapeLineSeparators(reader) : reader);
  // Awaited below, and not lost when a part fails first.
  taken.catch(() => undefined);
  try {
    for (let index = 0; index < parts; index++) await writePart(index, pipes.through);
  } finally {
    release();
  }
  await taken;
}

/** Row groups are moved as they come, and the footer is written last. */
async function joined({ settings, parts, writePart }: Flow): Promise<void> {
  const pipes = pipesOf(settings);
  const out = writePipe(pipes.out);
  const file = new ParquetJoin(out);
  try {
    for (let index = 0; index < parts; index++) {
      const reader = readPipe(pipes.through);
      const appended = file.append(reader);
      appended.catch(() => undefined);
      try {
        await writePart(index, pipes.through);
        await appended;
      } finally {
        reader.destroy();
      }
    }
    await file.finish();
  } finally {
    out.destroy();
  }
}

/** The engine compresses one statement’s output as one frame, and a statement cannot wait for parts: the text is whole first. */
async function zstd(flow: Flow): Promise<void> {
  const { session, settings } = flow;
  const text = join(settings.spillDirectory, 'text');
  const frame = framePath(settings);
  try {
    await throughChild(flow, (pieces) => pipeline(pieces, createWriteStream(text)));
    await compressZstd(session, text, frame);
    await pipeline(createReadStream(frame), writePipe(pipesOf(settings).out));
  } finally {
    for (const path of [text, frame]) await rm(path, { force: true });
  }
}

/**
 * Compressed files are one gzip member or one zstd frame. Compressing each part and appending it would be legal and simpler, but
 * python-zstandard (and with it pandas) stops without an error after the first frame, and browsers after the first member.
 */
export function flow(flowing: Flow): Promise<void> {
  const { form, settings, parts } = flowing;
  if (form.format === 'parquet') return parts === 1 ? straight(flowing) : joined(flowing);
  switch (form.compression) {
    case 'none':
      return straight(flowing);
    case 'gzip':
      return throughChild(flowing, (text) => pipeline(text, createGzip(), writePipe(pipesOf(settings).out)));
    case 'zstd':
      return zstd(flowing);
  }
}
