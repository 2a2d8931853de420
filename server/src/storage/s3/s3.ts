/** Objects in a bucket. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  type MultipartUpload,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type {
  LentPieces,
  ObjectStore,
  ObjectWriter,
  SealedObject,
  SourceFile,
  StoredObject,
} from '../../core/ports/store.ts';
import { MIB } from '../../core/size.ts';
import type { ObjectCache } from '../cache/cache.ts';
import { isObjectKey, judgeKey, judgePrefix } from '../object-key.ts';
import { freeBytesOf, Scratch, UNFINISHED } from '../scratch.ts';
import type { S3Connection } from './client.ts';
import { ifThere, told } from './faults.ts';
import { openObject } from './object-reader.ts';
import { createObjectUpload } from './object-upload.ts';
import { PartMemory } from './part-memory.ts';
import { lastChange, unfinishedUploads } from './unfinished.ts';
import { purgeVersions } from './versions.ts';

/** For the parts of all writers of the process. */
const MEMORY_BYTES = 128 * MIB;
/** Of a local file that becomes an object. */
const READ_BYTES = MIB;

type Stale = Parameters<ObjectStore['sweepScratch']>[0];

class S3Store implements ObjectStore {
  readonly #connection: S3Connection;
  readonly #scratch: Scratch;
  readonly #scratchDirectory: string;
  readonly copies: ObjectCache;
  readonly #memory: PartMemory;

  constructor({ connection, scratchDirectory, copies, memory }: S3StoreOptions) {
    this.#connection = connection;
    this.#scratchDirectory = scratchDirectory;
    this.#scratch = new Scratch(scratchDirectory);
    this.copies = copies;
    this.#memory = memory ?? new PartMemory(MEMORY_BYTES);
  }

  async create(key: string): Promise<ObjectWriter> {
    return createObjectUpload({ connection: this.#connection, memory: this.#memory, key: this.#keyOf(key) });
  }

  async abandon(directory: string): Promise<void> {
    const prefix = `${this.#keyOf(directory)}/`;
    for await (const upload of unfinishedUploads(this.#connection, prefix)) await this.#abort(upload);
  }

  scratch(name: string): Promise<string> {
    return this.#scratch.path(name);
  }

  discard(name: string): Promise<void> {
    return this.#scratch.discard(name);
  }

  async put(key: string, localPath: string): Promise<SealedObject> {
    const writer = await this.create(key);
    try {
      for await (const piece of createReadStream(localPath, { highWaterMark: READ_BYTES })) await writer.write(piece);
      const sealed = await writer.finish();
      await unlink(localPath);
      return sealed;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  open(key: string, range?: { readonly start: number; readonly end: number }): Promise<AsyncIterable<Uint8Array>> {
    return openObject(this.#connection, key, range);
  }

  /** Its pieces are nobody else's memory: they come from the network. */
  async lend(key: string, range?: { readonly start: number; readonly end: number }): Promise<LentPieces> {
    const pieces = (await this.open(key, range))[Symbol.asyncIterator]();
    return {
      async next() {
        const { done, value } = await pieces.next();
        return done === true ? null : value;
      },
      async close() {
        await pieces.return?.();
      },
    };
  }

  async measure(key: string): Promise<SealedObject> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of await this.open(key)) {
      hash.update(piece);
      bytes += piece.length;
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  hold(files: readonly SourceFile[], signal?: AbortSignal): Promise<() => void> {
    return this.copies.hold(files, signal);
  }

  async localize(key: string): Promise<string> {
    return this.copies.path(judgeKey(key));
  }

  async stat(key: string): Promise<StoredObject | null> {
    const found = await ifThere(this.#connection.client.send(new HeadObjectCommand(this.#target(this.#keyOf(key)))));
    if (found === null) return null;
    return { bytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
  }

  async delete(key: string): Promise<void> {
    await ifThere(this.#connection.client.send(new DeleteObjectCommand(this.#target(this.#keyOf(key)))));
  }

  purge(prefix: string): Promise<number> {
    return purgeVersions(this.#connection, judgePrefix(prefix));
  }

  async *list(prefix: string): AsyncIterable<{ readonly key: string } & StoredObject> {
    const { client, bucket, prefix: own } = this.#connection;
    const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${own}${judgePrefix(prefix)}` });
    try {
      for await (const { Contents = [] } of pages) {
        for (const { Key = '', Size = 0, LastModified = new Date(0) } of Contents) {
          const key = Key.slice(own.length);
          // What others keep in the bucket is no object of ours.
          if (isObjectKey(key)) yield { key, bytes: Size, modifiedAt: LastModified };
        }
      }
    } catch (error) {
      throw told(error);
    }
  }

  /** Of this machine, where uploads and loads are prepared; the bucket does not say. */
  freeBytes(): Promise<number> {
    return freeBytesOf(this.#scratchDirectory);
  }

  async sweepScratch(stale: Stale): Promise<number> {
    const local = await this.#scratch.sweep(stale);
    return local + (UNFINISHED.endsWith(stale.suffix) ? await this.#sweepUploads(stale.olderThan) : 0);
  }

  async #sweepUploads(olderThan: Date): Promise<number> {
    let swept = 0;
    for await (const upload of unfinishedUploads(this.#connection, this.#connection.prefix)) {
      if ((await lastChange(this.#connection, upload)) >= olderThan.getTime()) continue;
      await this.#abort(upload);
      swept++;
    }
    return swept;
  }

  async #abort({ Key = '', UploadId }: MultipartUpload): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.#target(Key), UploadId });
    await ifThere(this.#connection.client.send(command));
  }

  #target(key: string) {
    return { Bucket: this.#connection.bucket, Key: key };
  }

  #keyOf(key: string): string {
    return `${this.#connection.prefix}${judgeKey(key)}`;
  }
}

export interface S3StoreOptions {
  readonly connection: S3Connection;
  /** On this machine. Created if absent. */
  readonly scratchDirectory: string;
  readonly copies: ObjectCache;
  /** Only tests give less. */
  readonly memory?: PartMemory;
}

/** Objects in a bucket; what is unfinished before it is sent lies on this machine. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  return new S3Store(options);
}
