/** The files of a source on this machine, written as they come, and bounded while they do. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { ConveyanceError } from '../core/errors.ts';
import { endingOf } from '../core/input/file-ending.ts';
import { PRIVATE_DIRECTORY_MODE, PRIVATE_FILE_MODE } from '../core/ports/store.ts';
import { MIB } from '../core/size.ts';
import type { FetchWatch, SourceStaging, SourceWriter } from '../core/sources/load-sources.ts';
import { ZstandardBound } from './zstandard.ts';

export interface SourceLimits {
  /** Of all files of a source together, packed and unpacked. */
  readonly maxBytes: number;
  readonly maxSeconds: number;
  /** Bytes that one packed byte may unpack to. */
  readonly maxUnpackRatio: number;
}

/** Whatever its ratio, this much harms nobody. */
const HARMLESS_BYTES = 16 * MIB;
const HEAD_BYTES = 8;
const LONGEST_NAME = 150;

/** Unpacks and forgets. */
class GzipCounter {
  unpacked = 0;
  readonly #unzip: Gunzip = createGunzip();
  #fault: Error | null = null;

  constructor() {
    this.#unzip.on('data', (piece: Uint8Array) => {
      this.unpacked += piece.length;
    });
    this.#unzip.on('error', (error) => {
      this.#fault = error;
    });
  }

  /** Resolves with what is wrong with it. */
  async write(piece: Uint8Array): Promise<string | undefined> {
    await new Promise<void>((resolve) => {
      this.#unzip.write(piece, () => resolve());
    });
    return this.#fault === null ? undefined : `is no sound gzip file: ${this.#fault.message}`;
  }

  close(): void {
    this.#unzip.destroy();
  }
}

interface Counter {
  readonly unpacked: number;
  write(piece: Uint8Array): Promise<string | undefined> | undefined;
  close?(): void;
}

/** By the first bytes, whatever the file is called. */
function counterOf(head: Uint8Array): Counter | null {
  const ending = endingOf(head);
  if (ending.endsWith('.gz')) return new GzipCounter();
  return ending.endsWith('.zst') ? new ZstandardBound() : null;
}

/** A name that is no path, no pattern, and hidden from nobody. */
function plainSegment(name: string): string {
  const plain = name
    .replaceAll(/[^A-Za-z0-9._ -]/g, '_')
    .replace(/^\.+/, '')
    .slice(-LONGEST_NAME);
  return plain === '' ? 'data' : plain;
}

function plainName(name: string): string {
  return name.split('/').map(plainSegment).join('/');
}

class StagedFile implements SourceWriter {
  readonly #staging: Staging;
  readonly #path: string;
  readonly #file: WriteStream;
  #counter: Counter | null | undefined;
  head: Uint8Array = new Uint8Array();
  bytes = 0;

  constructor(staging: Staging, path: string) {
    this.#staging = staging;
    this.#path = path;
    this.#file = createWriteStream(path, { mode: PRIVATE_FILE_MODE });
    // Told to whoever writes or finishes.
    this.#file.on('error', () => undefined);
  }

  async write(piece: Uint8Array): Promise<void> {
    const { signal } = this.#staging;
    signal.throwIfAborted();
    this.bytes += piece.length;
    this.#staging.count(piece.length);
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, piece.subarray(0, HEAD_BYTES)]);
    await this.#countUnpacked(piece);
    if (this.#file.errored) throw this.#file.errored;
    await new Promise<void>((resolve, reject) => {
      const hasRoom = this.#file.write(piece, (error) => (error ? reject(error) : resolve()));
      if (hasRoom) resolve();
    });
  }

  async #countUnpacked(piece: Uint8Array): Promise<void> {
    const { maxBytes, maxUnpackRatio } = this.#staging.limits;
    // Four bytes are a mark; whoever sends them one by one has sent no packed file.
    if (this.#counter === undefined) this.#counter = counterOf(this.head);
    const fault = await this.#counter?.write(piece);
    if (typeof fault === 'string') this.#staging.refuse(fault);
    const unpacked = this.#counter?.unpacked ?? 0;
    if (unpacked > Math.max(HARMLESS_BYTES, maxUnpackRatio * this.bytes)) {
      this.#staging.refuse(
        `unpacks to more than ${maxUnpackRatio} times its size; CONVEYANCE_LOAD_UNPACK_RATIO allows more`,
      );
    }
    if (unpacked > maxBytes) this.#staging.refuseSize('unpacks to');
  }

  async finish(name?: string): Promise<string> {
    this.#counter?.close?.();
    this.#file.end();
    await finished(this.#file, { signal: this.#staging.signal });
    const path = name === undefined ? this.#path : this.#staging.pathOf(name);
    if (path !== this.#path) await rename(this.#path, path);
    return path;
  }

  async abandon(): Promise<void> {
    this.#counter?.close?.();
    this.#staging.count(-this.bytes);
    this.#file.destroy();
    if (!this.#file.closed) await once(this.#file, 'close');
  }
}

export class Staging implements SourceStaging {
  readonly limits: SourceLimits;
  readonly signal: AbortSignal;
  readonly #address: string;
  readonly #folder: string;
  readonly #onBytes: FetchWatch['onBytes'];
  #total: number | null = null;
  #bytes = 0;

  /** @param address as people may read it. */
  constructor(address: string, folder: string, limits: SourceLimits, { signal, onBytes }: FetchWatch) {
    this.limits = limits;
    this.signal = signal;
    this.#address = address;
    this.#folder = folder;
    this.#onBytes = onBytes;
  }

  pathOf(name: string): string {
    return join(this.#folder, plainName(name));
  }

  expect(bytes: number | null): void {
    if (bytes !== null && bytes > this.limits.maxBytes) this.refuseSize('has');
    this.#total = bytes;
  }

  /** @param bytes that have come; less than none for those of a file that was begun again. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.limits.maxBytes) this.refuseSize('has');
    this.#onBytes?.(this.#bytes, this.#total);
  }

  refuse(what: string): never {
    throw new ConveyanceError('load_refused', `${this.#address} ${what}`);
  }

  refuseSize(has: string): never {
    return this.refuse(`${has} more than ${this.limits.maxBytes} bytes, which CONVEYANCE_LOAD_LIMIT allows`);
  }

  async create(name: string): Promise<SourceWriter> {
    const path = this.pathOf(name);
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY_MODE });
    return new StagedFile(this, path);
  }
}
