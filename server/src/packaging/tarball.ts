/** Files as a gzipped tar archive, the same bytes for the same files: no clock, no user, no order of a directory is in it. */
import { gzipSync } from 'node:zlib';

export interface ArchiveFile {
  /** Below the archive's root, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const MODE = 0o644;
/** The day that npm writes into its own packages: some tools take 1970 for a missing date. */
const MODIFIED_SECONDS = Date.UTC(1985, 9, 26, 8, 15) / 1_000;
/** Byte of the gzip header that tells the operating system, and its value for "unknown". */
const GZIP_SYSTEM_BYTE = 9;
const GZIP_SYSTEM_UNKNOWN = 255;

/** The ustar format has room for 100 bytes of a path and, divided at a slash, 155 before them. */
function divided(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= NAME_BYTES) return { name: path, prefix: '' };
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= PREFIX_BYTES) return { name, prefix };
  }
  throw new RangeError(`the path is too long for an archive: ${path}`);
}

function octal(value: number, bytes: number): string {
  return `${value.toString(8).padStart(bytes - 1, '0')}\0`;
}

function header({ path, bytes }: ArchiveFile): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const { name, prefix } = divided(path);
  block.write(name, 0);
  block.write(octal(MODE, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes.byteLength, 12), 124);
  block.write(octal(MODIFIED_SECONDS, 12), 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)} `, 148);
  return block;
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** Sorted by path, whatever the order given. */
export function tarball(files: readonly ArchiveFile[]): Uint8Array {
  const sorted = files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const blocks = sorted.flatMap((file) => [header(file), file.bytes, padding(file.bytes.byteLength)]);
  const archive = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 9 });
  archive[GZIP_SYSTEM_BYTE] = GZIP_SYSTEM_UNKNOWN;
  return archive;
}
