/**
 * Bytes of request bodies that are under way: how many of an account, and of all. What a request announces is admitted at once, what it
 * does not announce as it comes; all of it is given back when the answer is made. Without a bound, sixty bodies of 20 MB of which half was
 * sent held 780 MB for minutes.
 */
import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { KIB, MIB } from '../../core/size.ts';
import { Admission, type Release, type SharedResource } from '../../core/turns/admission.ts';
import { hasBody } from './unread-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it arrives, counted; null if there is none to be read. For operations that read it themselves. */
    countedBody: Transform | null;
  }
}

export interface BodyLimits {
  /** Of bodies that are held in memory. */
  readonly held: SharedResource;
  /** Of uploads, which are written to disk as they arrive. */
  readonly spooled: SharedResource;
}

const COME_BACK_SECONDS = 2;
/** Refused at once: who waits would have his body on the line already. */
const NOBODY_WAITS = { waitingPerHolder: 0, waitingInAll: 0, retryAfterSeconds: COME_BACK_SECONDS };

/** Two of the largest bodies of an account, or sixty searches of a megabyte; four accounts that do so together. */
export const BODY_LIMITS: BodyLimits = {
  held: { name: 'bytes of request bodies', perHolder: 64 * MIB, inAll: 256 * MIB, ...NOBODY_WAITS },
  spooled: { name: 'bytes of uploads', perHolder: 256 * MIB, inAll: 2048 * MIB, ...NOBODY_WAITS },
};

/** What a body occupies is a multiple of this, however small the pieces are in which it is sent: one of a byte costs a hundred. */
const BLOCK_BYTES = 16 * KIB;

/** What one body has been admitted to. */
class Lease {
  readonly #admission: Admission;
  readonly #holder: string;
  #releases: Release[] = [];
  #isOver = false;

  constructor(admission: Admission, holder: string) {
    this.#admission = admission;
    this.#holder = holder;
  }

  /** Throws `rate_limited` or `unavailable`. */
  grow(bytes: number): void {
    if (!this.#isOver) this.#releases.push(this.#admission.enter(this.#holder, bytes));
  }

  end(): void {
    this.#isOver = true;
    for (const release of this.#releases) release();
    this.#releases = [];
  }
}

/** Gathers what arrives into blocks. A body of unknown length is admitted block by block. */
class Blocks extends Transform {
  readonly #lease: Lease | null;
  #block = Buffer.alloc(0);
  #filled = 0;
  #isFirst = true;

  /** @param lease null if all of the body has been admitted. */
  constructor(lease: Lease | null) {
    super();
    this.#lease = lease;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      for (let at = 0; at < chunk.length; ) at += this.#take(chunk, at);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _flush(done: TransformCallback): void {
    if (this.#filled > 0) this.push(this.#block.subarray(0, this.#filled));
    done();
  }

  #take(chunk: Buffer, at: number): number {
    if (this.#filled === 0) {
      this.#lease?.grow(BLOCK_BYTES);
      // The first is as long as its piece: most bodies are small and come in one.
      this.#block = Buffer.allocUnsafeSlow(this.#isFirst ? Math.min(chunk.length, BLOCK_BYTES) : BLOCK_BYTES);
      this.#isFirst = false;
    }
    const taken = chunk.copy(this.#block, this.#filled, at);
    this.#filled += taken;
    if (this.#filled === this.#block.length) {
      this.#filled = 0;
      this.push(this.#block);
    }
    return taken;
  }
}

/** Of the caller’s account; where nobody has to say who he is, of the address. */
function holderOf({ caller, clientAddress }: FastifyRequest): string {
  return caller?.accountId ?? clientAddress;
}

/** The length that the request announces; null for one that comes in chunks. */
function announcedBytes({ headers }: FastifyRequest): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length']);
}

/** Counts the bodies of all requests of the app. They are looked at after the caller is known and before any of them is read. */
export function countBodies(app: FastifyInstance, { held, spooled }: BodyLimits): void {
  const admissions = { held: new Admission(held), spooled: new Admission(spooled) };
  const leases = new WeakMap<FastifyRequest, Lease>();
  app.decorateRequest('countedBody', null);
  app.addHook('preParsing', async (request, reply, payload) => {
    if (!hasBody(request) || request.method === 'GET' || request.method === 'HEAD') return payload;
    const { isSpooled = false } = request.routeOptions.config;
    const lease = new Lease(admissions[isSpooled ? 'spooled' : 'held'], holderOf(request));
    const announced = announcedBytes(request);
    // What is longer than any body may be is told so by what would read it.
    const isReadable = announced === null || announced <= (isSpooled ? spooled : held).perHolder;
    if (announced !== null && isReadable) lease.grow(announced);
    leases.set(request, lease);
    reply.raw.once('close', () => lease.end());
    const body = new Blocks(announced === null ? lease : null);
    payload.once('error', (error) => body.destroy(error));
    // Who reads it is told; between two readers, or after the last, there is nobody.
    body.on('error', () => undefined);
    request.countedBody = payload.pipe(body);
    return body;
  });
  // The answer may take as long as its reader likes; the body is no longer there.
  app.addHook('onSend', (request, _reply, payload, done) => {
    leases.get(request)?.end();
    done(null, payload);
  });
}
