import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FilePieces } from '../../src/storage/disk/file-pieces.ts';
import { PieceBuffers } from '../../src/storage/disk/piece-buffers.ts';

const LARGE = 2_097_152;
const SMALL = 65_536;

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conveyance-pieces-'));
  path = join(directory, 'file');
});
afterEach(() => rm(directory, { recursive: true }));

async function pieces(bytes: number, buffers: PieceBuffers) {
  const file = await open(path);
  return { file, pieces: new FilePieces(file, { start: 0, bytes }, buffers) };
}

/** How many large buffers are still to be had. */
function available(buffers: PieceBuffers): number {
  const taken = [];
  for (let buffer = buffers.take(LARGE); buffer.length === LARGE; buffer = buffers.take(LARGE)) taken.push(buffer);
  for (const buffer of taken) buffers.giveBack(buffer);
  return taken.length;
}

it('closes the file and gives its memory back after the last piece, and when it is given up', async () => {
  await writeFile(path, Buffer.alloc(3 * LARGE));
  const buffers = new PieceBuffers();
  const all = available(buffers);
  const whole = await pieces(3 * LARGE, buffers);
  while ((await whole.pieces.next()) !== null);
  const partly = await pieces(3 * LARGE, buffers);
  await partly.pieces.next();
  expect(available(buffers)).toBe(all - 2);
  await partly.pieces.close();
  const never = await pieces(3 * LARGE, buffers);
  await never.pieces.close();
  expect(available(buffers)).toBe(all);
  expect([whole.file.fd, partly.file.fd, never.file.fd]).toEqual([-1, -1, -1]);
});

it('gives no memory back that a read may still write into', async () => {
  await writeFile(path, Buffer.alloc(3 * LARGE));
  const buffers = new PieceBuffers();
  const all = available(buffers);
  const file = await open(path);
  let finishRead = () => {};
  const slow = {
    read: (...how: Parameters<typeof file.read>) =>
      new Promise((resolve) => {
        finishRead = () => resolve(file.read(...how));
      }),
    close: () => file.close(),
  } as unknown as typeof file;
  const reader = new FilePieces(slow, { start: 0, bytes: 3 * LARGE }, buffers);
  const first = reader.next();
  finishRead();
  await first;
  // The second piece is being read.
  const closing = reader.close();
  expect(available(buffers)).toBe(all - 2);
  finishRead();
  await closing;
  expect(available(buffers)).toBe(all);
});

it('fails where a file has become shorter than it was', async () => {
  await writeFile(path, Buffer.alloc(SMALL));
  const { pieces: reader } = await pieces(SMALL, new PieceBuffers());
  await truncate(path, 10);
  expect((await reader.next())?.length).toBe(10);
  await expect(reader.next()).rejects.toThrow(`ends ${SMALL - 10} bytes too early`);
  await reader.close();
});

it('reads in small pieces when the large ones are all given out, and the bytes are the same', async () => {
  const content = Buffer.alloc(300_000, 'abcdefg');
  await writeFile(path, content);
  const buffers = new PieceBuffers();
  for (let buffer = buffers.take(LARGE); buffer.length === LARGE; buffer = buffers.take(LARGE));
  const { pieces: reader } = await pieces(content.length, buffers);
  const copies: Buffer[] = [];
  for (let piece = await reader.next(); piece !== null; piece = await reader.next()) copies.push(Buffer.from(piece));
  expect(Math.max(...copies.map(({ length }) => length))).toBe(SMALL);
  expect(Buffer.concat(copies).equals(content)).toBe(true);
});

it('takes no more memory than a short file has', () => {
  expect(new PieceBuffers().take(10)).toHaveLength(10);
});
