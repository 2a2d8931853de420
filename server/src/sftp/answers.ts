/** What the server says, as bytes (draft-ietf-secsh-filexfer-02). */
import { MS_PER_SECOND } from '../core/time.ts';
import type { TreeEntry } from '../jobs/results/result-tree.ts';

const VERSION = 3;
const TYPES = { version: 2, status: 101, handle: 102, data: 103, name: 104, attrs: 105 } as const;
export const STATUS = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  unsupported: 8,
} as const;
export type StatusCode = (typeof STATUS)[keyof typeof STATUS];

const SIZE = 0x1;
const PERMISSIONS = 0x4;
const TIMES = 0x8;
/** Readable by all and writable by nobody. Clients give a fetched file the same mode, and add write permission for its owner. */
const SHOWN_FILE_MODE = 0o100444;
const SHOWN_DIRECTORY_MODE = 0o040555;
const HEADER_BYTES = 9;
const HALF_A_YEAR_MS = 15_778_800_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function packet(type: number, id: number, fields: readonly Uint8Array[]): Buffer {
  const length = fields.reduce((sum, field) => sum + field.length, HEADER_BYTES);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(length - 4);
  bytes.writeUInt8(type, 4);
  bytes.writeUInt32BE(id, 5);
  let at = HEADER_BYTES;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** No extensions are offered. */
export function versionAnswer(): Buffer {
  // INIT has no id: the version is in its place.
  return packet(TYPES.version, VERSION, []);
}

export function statusAnswer(id: number, code: StatusCode, message: string): Buffer {
  return packet(TYPES.status, id, [uint32(code), text(message), text('')]);
}

export function handleAnswer(id: number, handle: number): Buffer {
  return packet(TYPES.handle, id, [uint32(4), uint32(handle)]);
}

export function dataAnswer(id: number, parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return packet(TYPES.data, id, [uint32(bytes), ...parts]);
}

/** `now` is shown as the time of directories, which have none. */
function attributes(entry: TreeEntry, now: Date): Buffer {
  const isFile = entry.kind === 'file';
  const seconds = uint32(Math.floor((isFile ? entry.modifiedAt : now).getTime() / MS_PER_SECOND));
  const flags = TIMES | PERMISSIONS | (isFile ? SIZE : 0);
  const size = isFile ? [uint64(entry.bytes)] : [];
  return Buffer.concat([
    uint32(flags),
    ...size,
    uint32(isFile ? SHOWN_FILE_MODE : SHOWN_DIRECTORY_MODE),
    seconds,
    seconds,
  ]);
}

export function attrsAnswer(id: number, entry: TreeEntry, now: Date): Buffer {
  return packet(TYPES.attrs, id, [attributes(entry, now)]);
}

function listedTime(at: Date, now: Date): string {
  const day = `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2)}`;
  const recent = Math.abs(now.getTime() - at.getTime()) < HALF_A_YEAR_MS;
  return `${day} ${recent ? at.toISOString().slice(11, 16) : ` ${at.getUTCFullYear()}`}`;
}

/** A line of `ls -l`, which clients show unchanged; its time is UTC. */
function longName(entry: TreeEntry, now: Date): string {
  const isFile = entry.kind === 'file';
  const mode = isFile ? '-r--r--r--    1' : 'dr-xr-xr-x    2';
  const size = String(isFile ? entry.bytes : 0).padStart(12);
  return `${mode} results  results  ${size} ${listedTime(isFile ? entry.modifiedAt : now, now)} ${entry.name}`;
}

export function namesAnswer(id: number, entries: readonly TreeEntry[], now: Date): Buffer {
  const names = entries.flatMap((entry) => [text(entry.name), text(longName(entry, now)), attributes(entry, now)]);
  return packet(TYPES.name, id, [uint32(entries.length), ...names]);
}

/** Of REALPATH: one name, with attributes that say nothing. */
export function pathAnswer(id: number, path: string): Buffer {
  return packet(TYPES.name, id, [uint32(1), text(path), text(path), uint32(0)]);
}
