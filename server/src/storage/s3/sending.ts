/** A part sent until the store has confirmed exactly its bytes. */
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreAway } from '../../core/passing-fault.ts';
import { isNamed, told } from './faults.ts';
import type { Part } from './part.ts';

const TRIES = 4;
const FIRST_PAUSE_MS = 250;
const MD5_TAG = /^"?([0-9a-f]{32})"?$/i;
/** What a store calls bytes that are not those that were signed or announced. */
const ALTERED = ['BadDigest', 'XAmzContentSHA256Mismatch', 'InvalidDigest', 'IncompleteBody'];

interface Sent {
  readonly Body: Buffer | Readable;
  readonly ContentLength: number;
  readonly ContentMD5: string;
}

/** What the answers to a part and to an object have in common. */
interface Confirmation {
  readonly ETag?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

/** "The ETag of an object encrypted by SSE-S3 or plaintext is the MD5 of its data"; of one under a key of KMS or of the customer it is not. */
function tagOf({ ETag, ServerSideEncryption, SSECustomerAlgorithm }: Confirmation, md5: Buffer): string {
  if (ETag === undefined) throw new StoreAway(new Error('the store confirmed a part without its tag'));
  const isDigest = SSECustomerAlgorithm === undefined && !ServerSideEncryption?.startsWith('aws:');
  const digest = MD5_TAG.exec(ETag)?.[1]?.toLowerCase();
  if (isDigest && digest !== undefined && digest !== md5.toString('hex')) throw new Altered();
  return ETag;
}

class Altered extends Error {
  constructor() {
    super('a part arrived altered');
  }
}

/** Sends it again where it arrived altered, or where the store or the way to it failed. Resolves with its tag. */
export async function confirmed(
  part: Part,
  signal: AbortSignal,
  send: (sent: Sent, signal: AbortSignal) => Promise<Confirmation>,
): Promise<string> {
  const { md5, bytes } = part;
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      const sent = { Body: part.body(), ContentLength: bytes, ContentMD5: md5.toString('base64') };
      return tagOf(await send(sent, signal), md5);
    } catch (error) {
      signal.throwIfAborted();
      const fault = error instanceof Altered || isNamed(error, ...ALTERED) ? new StoreAway(error) : told(error);
      if (!(fault instanceof StoreAway) || tries === TRIES) throw fault;
      await delay(FIRST_PAUSE_MS * 2 ** (tries - 1), undefined, { signal });
    }
  }
}
