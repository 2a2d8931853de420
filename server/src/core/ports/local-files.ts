import type { SealedObject } from './store.ts';

/** Operators' files on this machine, for what the engine cannot read of them. Comments are the contract. */
export interface LocalFiles {
  /** The file's bytes in order, unpacked where its name ends with `.gz`. Throws `load_refused` for one that cannot be read. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Writes the bytes, for the server's own user and nobody else, in place of what was there; makes the folder. */
  writeBytes(path: string, pieces: AsyncIterable<Uint8Array>): Promise<SealedObject>;
  /** Whether there is a file. */
  exists(path: string): Promise<boolean>;
  /** Writes text as UTF-8, for the server's own user and nobody else, in place of what was there. */
  writeText(path: string, pieces: AsyncIterable<string>): Promise<void>;
}
