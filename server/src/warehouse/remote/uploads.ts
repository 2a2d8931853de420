/** Files of data that operators send from another machine: begun, gone on with where they broke off, given up. */
import { OPERATORS_ACCOUNT } from '../../core/access.ts';
import { entryByOperator, type OperatorActor } from '../../core/audit.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Upload, UploadPart } from '../../core/ports/database/incoming/uploads.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { DISK_RETRY_SECONDS, type ObjectWriter } from '../../core/ports/store.ts';
import { MIB } from '../../core/size.ts';
import { SECONDS_PER_DAY } from '../../core/time.ts';

/** Where their parts are kept. */
export const INCOMING_PREFIX = 'incoming/';
/** After its last byte came. */
export const UPLOAD_KEPT_SECONDS = SECONDS_PER_DAY;
/** Of all operators, at a time. */
export const MOST_UPLOADS = 100;
/** What a node that dies loses of what it received, at most; and what S3 takes in one request. */
export const PART_BYTES = 8 * MIB;

type Sending = Pick<Deps, 'db' | 'store' | 'ids' | 'policy'>;

export interface NewUpload {
  readonly filename: string;
  readonly length: number;
  readonly sha256: string | null;
}

/** It becomes a file on the machine that loads it. */
const FILE_NAME = /^[^./\\\p{Cc}][^/\\\p{Cc}]{0,199}$/u;

export function isFileName(name: string): boolean {
  return FILE_NAME.test(name);
}

function noSuchUpload(id: string): ConveyanceError {
  return new ConveyanceError('not_found', `There is no upload ${id.slice(0, 40)} (any more)`);
}

async function requireRoom({ store, policy }: Sending, bytes: number): Promise<void> {
  const free = await store.freeBytes();
  if (free === null || free - bytes >= policy.minimumFreeBytes) return;
  throw new ConveyanceError('unavailable', 'The server has no room for this file; try again later', {
    retryAfterSeconds: DISK_RETRY_SECONDS,
  });
}

/** Throws `payload_too_large`, `rate_limited` beside as many others as there may be, and `unavailable` while the disk has no room. */
export async function beginUpload(
  deps: Sending,
  by: OperatorActor,
  { filename, length, sha256 }: NewUpload,
): Promise<Upload> {
  const { uploadLimitBytes, uploadsLimitBytes } = deps.policy;
  if (length > uploadLimitBytes) {
    throw new ConveyanceError(
      'payload_too_large',
      `A file of ${length} bytes is larger than the ${uploadLimitBytes} that CONVEYANCE_UPLOAD_LIMIT allows`,
    );
  }
  await requireRoom(deps, length);
  const bounds = { uploads: MOST_UPLOADS, bytes: uploadsLimitBytes };
  const made = { id: deps.ids(), credentialId: by.credentialId, filename, length, sha256 };
  return deps.db.transaction(async ({ uploads, audit }) => {
    const upload = await uploads.insert(made, { bounds, keptSeconds: UPLOAD_KEPT_SECONDS });
    if (upload === null) {
      throw new ConveyanceError(
        'rate_limited',
        `There are as many uploads under way as the server takes (${MOST_UPLOADS}, ${uploadsLimitBytes} bytes): load or delete some`,
        { retryAfterSeconds: DISK_RETRY_SECONDS },
      );
    }
    const subject = `${filename}, ${length} bytes, upload ${upload.id}`;
    await audit.append(entryByOperator('data-uploaded', OPERATORS_ACCOUNT, subject, by));
    return upload;
  });
}

/** Throws `not_found`. */
export async function readUpload({ db }: Pick<Deps, 'db'>, id: string): Promise<Upload> {
  const upload = await db.uploads.get(id);
  if (upload === null) throw noSuchUpload(id);
  return upload;
}

export interface Incoming {
  readonly offset: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Nothing of it is kept unless the body comes to its end: it throws there if it is not what was announced. */
  readonly isWhole: boolean;
}

function moved(offset: number, { received }: Pick<Upload, 'received'>): ConveyanceError {
  return new ConveyanceError('upload_moved', `The upload is at byte ${received}, not at ${offset}: go on there`);
}

/** Takes the bytes of one request: part by part each is kept as soon as it is there, or all of them at the end. */
class Receiving {
  readonly #deps: Pick<Deps, 'db' | 'store' | 'ids'>;
  readonly #id: string;
  readonly #isWhole: boolean;
  #offset: number;
  #writer: ObjectWriter | null = null;
  #key = '';
  #bytes = 0;
  #sealed: UploadPart[] = [];

  constructor(deps: Pick<Deps, 'db' | 'store' | 'ids'>, id: string, { offset, isWhole }: Incoming) {
    this.#deps = deps;
    this.#id = id;
    this.#offset = offset;
    this.#isWhole = isWhole;
  }

  async take(piece: Uint8Array): Promise<void> {
    if (this.#writer === null) {
      this.#key = `${INCOMING_PREFIX}${this.#id}/${this.#deps.ids()}`;
      this.#writer = await this.#deps.store.create(this.#key);
    }
    await this.#writer.write(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= PART_BYTES) await this.seal();
  }

  /** What came until now is an object. */
  async seal(): Promise<void> {
    if (this.#writer === null) return;
    await this.#writer.finish();
    this.#writer = null;
    this.#sealed.push({ key: this.#key, bytes: this.#bytes });
    this.#bytes = 0;
    if (!this.#isWhole) await this.keep();
  }

  /** What was sealed belongs to the upload. Throws `upload_moved` if somebody else has gone on with it. */
  async keep(): Promise<void> {
    const parts = this.#sealed;
    if (parts.length === 0) return;
    const { uploads } = this.#deps.db;
    const at = { offset: this.#offset, parts, keptSeconds: UPLOAD_KEPT_SECONDS };
    if (!(await uploads.append(this.#id, at))) {
      const now = await uploads.get(this.#id);
      throw now === null ? noSuchUpload(this.#id) : moved(this.#offset, now);
    }
    this.#offset += parts.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#sealed = [];
  }

  /** Nothing stays of what the upload does not have. */
  async discard(): Promise<void> {
    await this.#writer?.abort();
    this.#writer = null;
    for (const { key } of this.#sealed) await this.#deps.store.delete(key);
    this.#sealed = [];
  }
}

/**
 * Goes on with an upload where it stands. What came of a body that ends early is kept, so that its sender can go on behind it. Throws
 * `upload_moved` if it does not stand there, `payload_too_large` for more than was announced, `not_found`, and what the body throws.
 */
export async function appendToUpload(
  deps: Pick<Deps, 'db' | 'store' | 'ids'>,
  id: string,
  incoming: Incoming,
): Promise<Upload> {
  const upload = await readUpload(deps, id);
  if (upload.received !== incoming.offset) throw moved(incoming.offset, upload);
  const receiving = new Receiving(deps, upload.id, incoming);
  let left = upload.length - upload.received;
  try {
    try {
      for await (const piece of incoming.body) {
        left -= piece.length;
        if (left < 0) {
          throw new ConveyanceError(
            'payload_too_large',
            `The file was announced with ${upload.length} bytes, and has more`,
          );
        }
        await receiving.take(piece);
      }
    } catch (error) {
      if (!incoming.isWhole) await receiving.seal();
      throw error;
    }
    await receiving.seal();
    await receiving.keep();
  } finally {
    await receiving.discard();
  }
  return readUpload(deps, id);
}

/** Throws `not_found`. */
export async function deleteUpload({ db, store }: Pick<Deps, 'db' | 'store'>, id: string): Promise<void> {
  const keys = await db.uploads.remove(id);
  if (keys === null) throw noSuchUpload(id);
  for (const key of keys) await store.delete(key);
}
