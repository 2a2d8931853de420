/** SFTP version 3 as servers read it (draft-ietf-secsh-filexfer-02). Handles are ours: 4 bytes, a number. */

const TYPES = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  lstat: 7,
  fstat: 8,
  opendir: 11,
  readdir: 12,
  realpath: 16,
  stat: 17,
  readlink: 19,
} as const;
/** WRITE, SETSTAT, FSETSTAT, REMOVE, MKDIR, RMDIR, RENAME, SYMLINK: each wants to change something. */
const CHANGES: ReadonlySet<number> = new Set([6, 9, 10, 13, 14, 15, 18, 20]);

const LENGTH_BYTES = 4;
/** OpenSSH's server has the same limit: a refused write of the usual 32 KiB must be answered, not cut off. */
const MOST_PACKET_BYTES = 256 * 1_024;
const HANDLE_BYTES = 4;

/** Null stands for a path that is not UTF-8 and for a handle that is not ours: neither can be found. */
export type Request =
  | { readonly kind: 'init' }
  | { readonly kind: 'open'; readonly id: number; readonly path: string | null; readonly flags: number }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly handle: number | null;
      readonly offset: bigint;
      readonly length: number;
    }
  | { readonly kind: 'close' | 'fstat' | 'readdir'; readonly id: number; readonly handle: number | null }
  | {
      readonly kind: 'stat' | 'lstat' | 'opendir' | 'realpath' | 'readlink';
      readonly id: number;
      readonly path: string | null;
    }
  | { readonly kind: 'change' | 'unknown'; readonly id: number };

/** Input that is not SFTP. Nothing after it can be read either: the channel ends. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(packet: Uint8Array) {
    this.#bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  }

  #advance(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new MalformedPacket('a packet ends before its fields do');
    return at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#advance(8));
  }

  #string(): Uint8Array {
    const length = this.uint32();
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  path(): string | null {
    try {
      return utf8.decode(this.#string());
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }

  handle(): number | null {
    const bytes = this.#string();
    return bytes.length === HANDLE_BYTES ? Buffer.from(bytes).readUInt32BE() : null;
  }
}

/** Reads one packet, without its length. Throws `MalformedPacket`. */
export function parseRequest(packet: Uint8Array): Request {
  const fields = new Fields(packet);
  const type = fields.byte();
  const id = fields.uint32();
  switch (type) {
    case TYPES.init:
      return { kind: 'init' };
    case TYPES.open:
      return { kind: 'open', id, path: fields.path(), flags: fields.uint32() };
    case TYPES.read:
      return { kind: 'read', id, handle: fields.handle(), offset: fields.uint64(), length: fields.uint32() };
    case TYPES.close:
      return { kind: 'close', id, handle: fields.handle() };
    case TYPES.fstat:
      return { kind: 'fstat', id, handle: fields.handle() };
    case TYPES.readdir:
      return { kind: 'readdir', id, handle: fields.handle() };
    case TYPES.stat:
      return { kind: 'stat', id, path: fields.path() };
    case TYPES.lstat:
      return { kind: 'lstat', id, path: fields.path() };
    case TYPES.opendir:
      return { kind: 'opendir', id, path: fields.path() };
    case TYPES.realpath:
      return { kind: 'realpath', id, path: fields.path() };
    case TYPES.readlink:
      return { kind: 'readlink', id, path: fields.path() };
    default:
      return { kind: CHANGES.has(type) ? 'change' : 'unknown', id };
  }
}

/** Cuts a stream of bytes into packets. */
export class PacketSplitter {
  /** Grows to twice its size: were each piece joined to what came before, pieces of a byte would cost the square of a packet. */
  #held: Buffer = Buffer.alloc(0);
  #bytes = 0;

  /** The packets that are complete with this chunk, without their lengths. Throws `MalformedPacket`. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, undefined> {
    this.#append(chunk);
    const [held, bytes] = [this.#held, this.#bytes];
    let at = 0;
    while (bytes - at >= LENGTH_BYTES) {
      const length = held.readUInt32BE(at);
      if (length === 0 || length > MOST_PACKET_BYTES) throw new MalformedPacket(`a packet of ${length} bytes`);
      const end = at + LENGTH_BYTES + length;
      if (bytes < end) break;
      yield held.subarray(at + LENGTH_BYTES, end);
      at = end;
    }
    if (at === 0) return;
    // Packets that were handed out stay as they are.
    this.#held = Buffer.from(held.subarray(at, bytes));
    this.#bytes = bytes - at;
  }

  #append(chunk: Uint8Array): void {
    const bytes = this.#bytes + chunk.length;
    if (bytes > this.#held.length) {
      const grown = Buffer.alloc(Math.max(bytes, this.#held.length * 2));
      grown.set(this.#held.subarray(0, this.#bytes));
      this.#held = grown;
    }
    this.#held.set(chunk, this.#bytes);
    this.#bytes = bytes;
  }
}
