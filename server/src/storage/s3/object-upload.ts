/** An object in the making: parts on their way to a bucket, which shows nothing of them before they are complete. */
import { createHash, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ConveyanceError } from '../../core/errors.ts';
import { StoreAway } from '../../core/passing-fault.ts';
import type { ObjectWriter, SealedObject } from '../../core/ports/store.ts';
import { LONG_ANSWER, type S3Connection } from './client.ts';
import { ifThere, telling, told } from './faults.ts';
import { blocksOfPart, MOST_PARTS, Part } from './part.ts';
import type { PartMemory } from './part-memory.ts';
import { confirmed } from './sending.ts';

/** Of one object: enough to hide the time that the store takes to confirm one. */
const PARTS_UNDER_WAY = 4;
/** Says whose object lies under a key, where the answer to the completion was lost. */
const WRITER = 'writer';

export interface UploadPlace {
  readonly connection: S3Connection;
  readonly memory: PartMemory;
  /** The whole key in the bucket. */
  readonly key: string;
}

class ObjectUpload implements ObjectWriter {
  readonly #connection: S3Connection;
  readonly #memory: PartMemory;
  readonly #target: { readonly Bucket: string; readonly Key: string };
  readonly #writer = randomUUID();
  readonly #hash = createHash('sha256');
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #tags = new Map<number, string>();
  #bytes = 0;
  #number = 0;
  #part: Part | null = null;
  #upload: Promise<string> | null = null;
  #fault: { readonly error: unknown } | null = null;
  #isOver = false;
  #finishing: Promise<SealedObject> | null = null;

  constructor({ connection, memory, key }: UploadPlace) {
    this.#connection = connection;
    this.#memory = memory;
    this.#target = { Bucket: connection.bucket, Key: key };
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    this.#bytes += piece.length;
    for (let at = 0; at < piece.length; ) {
      this.#part ??= await this.#begin();
      at += this.#part.fill(piece.subarray(at));
      if (this.#part.isFull) await this.#send();
    }
  }

  finish(): Promise<SealedObject> {
    this.#finishing = this.#finish();
    return this.#finishing;
  }

  async #finish(): Promise<SealedObject> {
    if (this.#upload === null) await this.#putWhole();
    else {
      if (this.#part !== null) await this.#send();
      await Promise.all(this.#underWay);
      this.#throwFault();
      await this.#complete(await this.#upload);
    }
    this.#isOver = true;
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop.abort(new Error('the object is given up'));
    await Promise.all(this.#underWay);
    // What it sends lies in memory that others get next.
    await this.#finishing?.catch(() => undefined);
    this.#release();
    const UploadId = await this.#upload?.catch(() => undefined);
    if (UploadId === undefined) return;
    await ifThere(this.#connection.client.send(new AbortMultipartUploadCommand({ ...this.#target, UploadId })));
  }

  async #begin(): Promise<Part> {
    this.#throwFault();
    const number = ++this.#number;
    if (number > MOST_PARTS) {
      throw new ConveyanceError('result_too_large', 'The result is larger than an object of the store can be');
    }
    const blocks = await this.#memory.take(blocksOfPart(number), this.#stop.signal);
    if (!this.#stop.signal.aborted) return new Part(number, blocks);
    this.#memory.give(blocks);
    throw this.#stop.signal.reason;
  }

  /** An attempt that is over waits for no answer. */
  get #breakable() {
    return { abortSignal: this.#stop.signal };
  }

  #release(): void {
    if (this.#part !== null) this.#memory.give(this.#part.blocks);
    this.#part = null;
  }

  #throwFault(): void {
    if (this.#fault !== null) throw this.#fault.error;
  }

  /** Sends what is in the making; waits only while enough is under way. */
  async #send(): Promise<void> {
    const part = this.#part;
    if (part === null) return;
    this.#upload ??= this.#start();
    // Waited for: an abandonment finds from now on what there is of the object.
    const id = await this.#upload;
    this.#part = null;
    const sent = this.#sendPart(part, id)
      .catch((error: unknown) => {
        this.#fault ??= { error };
        this.#stop.abort(error);
      })
      .finally(() => {
        this.#memory.give(part.blocks);
        this.#underWay.delete(sent);
      });
    this.#underWay.add(sent);
    if (this.#underWay.size >= PARTS_UNDER_WAY) await Promise.race(this.#underWay);
    this.#throwFault();
  }

  async #start(): Promise<string> {
    const metadata = { Metadata: { [WRITER]: this.#writer } };
    const begun = this.#connection.client.send(
      new CreateMultipartUploadCommand({ ...this.#target, ...metadata }),
      this.#breakable,
    );
    const { UploadId } = await telling(begun);
    if (UploadId === undefined) throw new StoreAway(new Error('the store began an upload without an id'));
    return UploadId;
  }

  async #sendPart(part: Part, UploadId: string): Promise<void> {
    const tag = await confirmed(part, this.#stop.signal, (sent, abortSignal) => {
      const command = new UploadPartCommand({ ...this.#target, ...sent, UploadId, PartNumber: part.number });
      return this.#connection.client.send(command, { ...LONG_ANSWER, abortSignal });
    });
    this.#tags.set(part.number, tag);
  }

  /** An object of one part at most needs one request. */
  async #putWhole(): Promise<void> {
    const part = this.#part ?? new Part(1, []);
    await confirmed(part, this.#stop.signal, (sent, abortSignal) => {
      const command = new PutObjectCommand({ ...this.#target, ...sent });
      return this.#connection.client.send(command, { ...LONG_ANSWER, abortSignal });
    });
    this.#release();
  }

  async #complete(UploadId: string): Promise<void> {
    const Parts = [...this.#tags].sort(([left], [right]) => left - right);
    const MultipartUpload = { Parts: Parts.map(([PartNumber, ETag]) => ({ PartNumber, ETag })) };
    const command = new CompleteMultipartUploadCommand({ ...this.#target, UploadId, MultipartUpload });
    const fault = await this.#connection.client.send(command, { ...LONG_ANSWER, ...this.#breakable }).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    // Also after an error: the store may have completed it, and only the answer was lost.
    if (await this.#isThere()) return;
    throw fault === null
      ? new StoreAway(new Error('the completed object is not there in its size'))
      : told(fault.error);
  }

  async #isThere(): Promise<boolean> {
    const found = await ifThere(this.#connection.client.send(new HeadObjectCommand(this.#target), this.#breakable));
    return found?.ContentLength === this.#bytes && found.Metadata?.[WRITER] === this.#writer;
  }
}

export function createObjectUpload(place: UploadPlace): ObjectWriter {
  return new ObjectUpload(place);
}
