/** How what the engine writes, part by part, becomes the bytes of one file on their way to the parent. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { FileForm } from '../../core/ports/engine.ts';
import { escapeLineSeparators } from '../line-separators.ts';
import { ParquetJoin } from '../parquet/join.ts';
import { PartsInTurn } from '../parts-in-turn.ts';
import { writePipe } from '../pipe.ts';
import { type ChildSettings, framePath, pipesOf } from '../protocol.ts';
import { rowCounter } from '../row-counter.ts';
import { type Parts, writeParts } from './parts-at-a-time.ts';
import { compressZstd } from './zstd.ts';

interface Flow extends Parts {
  readonly settings: ChildSettings;
  readonly form: FileForm;
  /** Resolves when the parent reads the next part through this one of the pipes to it. */
  readonly open: (pipe: number) => Promise<void>;
  /** Told of rows of text that come by, on their way to be compressed. */
  readonly onRows: (rows: number) => void;
}

/** As they come from the engine. Lines of JSON are completed by the parent, which has all bytes in its hands anyway. */
function straight(flow: Flow): Promise<void> {
  return writeParts(flow, pipesOf(flow.settings).out, flow.open);
}

/** Has `take` read the parts, which it is given in their order. */
async function throughChild(flow: Flow, take: (inTurn: PartsInTurn) => Promise<void>): Promise<void> {
  const pipes = pipesOf(flow.settings).through;
  const inTurn = new PartsInTurn(pipes);
  const taken = take(inTurn);
  // Told below. The engine, which waits for somebody to read, is stopped by what it is told when the rest was let go.
  taken.catch(() => inTurn.discard());
  try {
    await writeParts(flow, pipes, (pipe) => inTurn.open(pipe));
    inTurn.finish();
    await taken;
  } finally {
    inTurn.close();
  }
}

async function* textOf(inTurn: PartsInTurn, { form, onRows }: Flow): AsyncGenerator<Buffer, void, undefined> {
  const rowsIn = rowCounter(form.format === 'jsonl' ? 'jsonl' : 'csv');
  for await (const piece of form.format === 'jsonl' ? escapeLineSeparators(inTurn.bytes()) : inTurn.bytes()) {
    onRows(rowsIn(piece));
    yield piece;
  }
}

/** The bytes of all parts as one stream to the parent, made by `take`. */
async function asOne(flow: Flow, take: (inTurn: PartsInTurn, out: Writable) => Promise<void>): Promise<void> {
  await flow.open(0);
  flow.cage.session.throwIfCancelled();
  const out = writePipe(pipesOf(flow.settings).out[0]);
  // Told to whoever writes.
  out.on('error', () => undefined);
  try {
    await throughChild(flow, (inTurn) => take(inTurn, out));
  } finally {
    out.destroy();
  }
}

/** Row groups are moved as they come, and the footer is written last. */
function joined(flow: Flow): Promise<void> {
  return asOne(flow, async (inTurn, out) => {
    const file = new ParquetJoin(out);
    for await (const part of inTurn.parts()) await file.append(part);
    await file.finish();
  });
}

function gzip(flow: Flow): Promise<void> {
  return asOne(flow, (inTurn, out) => pipeline(textOf(inTurn, flow), createGzip(), out));
}

/** The engine compresses one statement’s output as one frame, and a statement cannot wait for parts: the text is whole first. */
async function zstd(flow: Flow): Promise<void> {
  const { cage, settings } = flow;
  const text = join(settings.spillDirectory, 'text');
  const frame = framePath(settings);
  try {
    await throughChild(flow, (inTurn) => pipeline(textOf(inTurn, flow), createWriteStream(text)));
    await compressZstd(cage.session, text, frame);
    await flow.open(0);
    cage.session.throwIfCancelled();
    await pipeline(createReadStream(frame), writePipe(pipesOf(settings).out[0]));
  } finally {
    for (const path of [text, frame]) await rm(path, { force: true });
  }
}

/**
 * Compressed files are one gzip member or one zstd frame. Compressing each part and appending it would be legal and simpler, but
 * python-zstandard (and with it pandas) stops without an error after the first frame, and browsers after the first member.
 */
export function flow(flowing: Flow): Promise<void> {
  const { form, parts } = flowing;
  if (form.format === 'parquet') return parts === 1 ? straight(flowing) : joined(flowing);
  switch (form.compression) {
    case 'none':
      return straight(flowing);
    case 'gzip':
      return gzip(flowing);
    case 'zstd':
      return zstd(flowing);
  }
}
