/** Where the bytes are kept. Comments are the contract; the suite in `test/contract` checks every adapter. */

import { ConveyanceError } from '../errors.ts';
import { MIB } from '../size.ts';

/** What clients are told to wait when there is no room for new objects: an operator or a sweep has to make some. */
export const DISK_RETRY_SECONDS = 30;
/** Of files and folders with customers' data or secrets: for the server's own user and nobody else. */
export const PRIVATE_FILE_MODE = 0o600;
export const PRIVATE_DIRECTORY_MODE = 0o700;
/** What everybody but the owner may do with a file or a folder. */
export const OTHERS = 0o077;

export interface StoredObject {
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export interface SealedObject {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** An immutable object as a list of the warehouse names it. */
export interface SourceFile extends SealedObject {
  readonly key: string;
  /** Nobody is likely to ask for it again: a copy that is made of it goes with the last who holds it. */
  readonly isReadOnce?: true;
}

/** Objects that can never be held together. */
export function tooLargeToHold(bytes: number, mostBytes: number): ConveyanceError {
  return new ConveyanceError(
    'unavailable',
    `The warehouse files that this request needs at once take ${Math.ceil(bytes / MIB)} MiB, and CONVEYANCE_CACHE_MIB allows the server ${Math.floor(mostBytes / MIB)}: ask for less, or have the operator raise it`,
    { retryAfterSeconds: DISK_RETRY_SECONDS },
  );
}

/** Takes bytes, in order. */
export interface ByteWriter {
  /** Resolves when the next piece may come. The piece is the writer's: it must not change afterwards. */
  write(piece: Uint8Array): Promise<void>;
}

/** An object in the making: nobody sees it before it is finished. */
export interface ObjectWriter extends ByteWriter {
  /** Seals it under its key, in place of what was there. After it resolves the object survives a power cut. */
  finish(): Promise<SealedObject>;
  /**
   * Leaves nothing of it. After `finish`, or again, it does nothing. While `finish` is under way, it breaks that off where it still can: if
   * not, `finish` resolves.
   */
  abort(): Promise<void>;
}

/** An object's bytes in order, in memory that is used again. One of the last piece and `close` must be waited for. */
export interface LentPieces {
  /** The next piece, which is the caller's until the next call; null after the last. Not to be called again before it resolves. */
  next(): Promise<Uint8Array | null>;
  /** Ends the reading, also in the middle of it. Again, or after the last piece, it does nothing. */
  close(): Promise<void>;
}

export interface ObjectCopies {
  /** So much can be held at once. */
  readonly maxBytes: number;
  /** Where `localize` finds the object while it is held. */
  placeOf(key: string): string;
  /** Deletes the copies of all other objects than these. False if some of them are held: later again. */
  keepOnly(keys: ReadonlySet<string>): Promise<boolean>;
}

/** Immutable objects under keys (`results/<account>/<job>/…`, `uploads/<account>/<job>`, `warehouse/<table>/…`). Keys are checked in one place; a bad one throws. */
export interface ObjectStore {
  /** Begins an object. One of `finish` and `abort` must be called. */
  create(key: string): Promise<ObjectWriter>;
  /**
   * Removes what writers that are no more have left of objects in this directory of keys. Those that still write fail, unless the object
   * is so small that nothing of it was sent yet.
   */
  abandon(directory: string): Promise<void>;
  /** A path for an unfinished file, on the volume where it will be sealed. Its directory exists, the file does not. */
  scratch(name: string): Promise<string>;
  /** Removes the scratch file and whatever was made beside it under the same name. Absent is fine. */
  discard(name: string): Promise<void>;
  /** Seals a closed local file under the key: flush, measure, move, flush the directory. After it resolves the object survives a power cut. Replaces what was there. */
  put(key: string, localPath: string): Promise<SealedObject>;
  /** Streams the object or the inclusive byte range. Throws `not_found`. */
  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>>;
  /** Reads the object or the inclusive byte range like `open`, at less cost, for whoever is done with a piece before the next. Throws `not_found`. */
  lend(key: string, range?: { readonly start: number; readonly end: number }): Promise<LentPieces>;
  stat(key: string): Promise<StoredObject | null>;
  /** Reads the object from its first byte to its last. Throws `not_found`. */
  measure(key: string): Promise<SealedObject>;
  /** Absent is fine. */
  delete(key: string): Promise<void>;
  /**
   * Deletes for good what the store still has of objects in this beginning of keys that were deleted or replaced: a bucket may keep every
   * version. Resolves with how many there were.
   */
  purge(prefix: string): Promise<number>;
  list(prefix: string): AsyncIterable<{ readonly key: string } & StoredObject>;
  /**
   * Brings the objects to where `localize` finds them, and keeps them there until the returned function is called. Rejects with `unavailable`
   * where there is no room for them.
   */
  hold(files: readonly SourceFile[], signal?: AbortSignal): Promise<() => void>;
  /** What `hold` makes of objects that lie elsewhere; null where all of them are at hand. */
  readonly copies: ObjectCopies | null;
  /** A local path from which the object can be read. If the store is elsewhere, of those only that are held. Throws `not_found`. */
  localize(key: string): Promise<string>;
  /** Free bytes where new objects go; null if the store does not know. */
  freeBytes(): Promise<number | null>;
  /** Removes scratch files with that ending that were not touched since then: left by processes that died. Returns how many. */
  sweepScratch(stale: { readonly olderThan: Date; readonly suffix: string }): Promise<number>;
}
