/** An object as it is read: where the connection breaks, reading goes on with the next byte of the same object. */
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { StoreAway } from '../../core/passing-fault.ts';
import { judgeKey, notFound } from '../object-key.ts';
import type { S3Connection } from './client.ts';
import { ifThere, told } from './faults.ts';

/** Without a byte in between. */
const READS = 3;
const FIRST_READ_PAUSE_MS = 200;

export interface ReadPlace {
  readonly connection: S3Connection;
  /** The whole key in the bucket. */
  readonly key: string;
  /** Inclusive. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  if (Body instanceof Readable) return Body;
  throw new Error('the SDK gave a body that is no stream of Node');
}

/** One who stops reading says so by `return`, which frees the connection. */
class ObjectReader implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #place: ReadPlace;
  readonly #tag: string | undefined;
  readonly #end: number;
  #body: Readable;
  #chunks: AsyncIterator<Uint8Array>;
  #at: number;
  #isOver = false;

  constructor(place: ReadPlace, first: GetObjectCommandOutput) {
    this.#place = place;
    this.#tag = first.ETag;
    this.#at = place.range?.start ?? 0;
    this.#end = this.#at + (first.ContentLength ?? 0);
    this.#body = bodyOf(first);
    this.#chunks = this.#body[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (let tries = 1; !this.#isOver; tries++) {
      try {
        if (tries > 1) await this.#reopen();
        const { done, value } = await this.#chunks.next();
        if (done !== true) {
          this.#at += value.length;
          return { done: false, value };
        }
        if (this.#at >= this.#end) break;
        throw new Error('the connection ended before the object did');
      } catch (error) {
        if (this.#isOver) break;
        const fault = told(error);
        if (!(fault instanceof StoreAway) || tries > READS) {
          await this.return();
          throw fault;
        }
        await delay(FIRST_READ_PAUSE_MS * 2 ** (tries - 1));
      }
    }
    this.#isOver = true;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#isOver = true;
    // Its fault, if it has one, was told to who read.
    this.#body.on('error', () => undefined).destroy();
    return { done: true, value: undefined };
  }

  async #reopen(): Promise<void> {
    this.#body.on('error', () => undefined).destroy();
    const { connection, key } = this.#place;
    const Range = `bytes=${this.#at}-${this.#end - 1}`;
    const request = {
      Bucket: connection.bucket,
      Key: key,
      Range,
      ...(this.#tag !== undefined && { IfMatch: this.#tag }),
    };
    this.#body = bodyOf(await connection.client.send(new GetObjectCommand(request)));
    this.#chunks = this.#body[Symbol.asyncIterator]();
  }
}

/** The object at the place, and what the bucket says of it. Rejects with the SDK’s error. */
export async function openPlace(place: ReadPlace) {
  const { connection, key, range } = place;
  const Range = range && `bytes=${range.start}-${range.end}`;
  const request = { Bucket: connection.bucket, Key: key, ...(Range !== undefined && { Range }) };
  const first = await connection.client.send(new GetObjectCommand(request));
  return { first, bytes: new ObjectReader(place, first) };
}

/** Streams the object or the range. Throws `not_found`. */
export async function openObject(
  connection: S3Connection,
  key: string,
  range?: ReadPlace['range'],
): Promise<AsyncIterable<Uint8Array>> {
  const place = { connection, key: `${connection.prefix}${judgeKey(key)}`, range };
  const opened = await ifThere(openPlace(place));
  if (opened === null) throw notFound(key);
  return opened.bytes;
}
