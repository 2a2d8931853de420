/** How many requests a credential may send in a window of time, over all processes. */

import type { FastifyReply } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import type { RateDoor, RateTerms } from '../../core/ports/database/rate-limits.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

/** A process asks the database ten times in a window; what it has taken and not used is lost to the others until the next window. */
const BLOCKS_PER_WINDOW = 10;

/** What a door lets one credential do. */
export interface RateLimit {
  readonly door: RateDoor;
  /** Requests per window; 0 sets no limit. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** The window, as the refusal names it. */
  readonly windowName: 'minute' | 'second';
}

interface Lease {
  left: number;
  /** Of the window, taken by no process. */
  readonly unclaimed: number;
  readonly endsAtMs: number;
}

/** What a credential has left after a request. */
interface Standing {
  readonly passes: boolean;
  readonly remaining: number;
  readonly endsAtMs: number;
}

/** Admits requests from blocks that it leases from the database. */
export class RateLimiter {
  readonly #deps: Pick<Deps, 'db' | 'clock'>;
  readonly #terms: RateTerms;
  readonly #windowName: RateLimit['windowName'];
  /** By credential: as many as there are credentials in use. */
  readonly #leases = new Map<string, Lease>();
  readonly #leasing = new Map<string, Promise<void>>();

  constructor(deps: Pick<Deps, 'db' | 'clock'>, { door, limit, windowSeconds, windowName }: RateLimit) {
    this.#deps = deps;
    this.#terms = { door, limit, windowSeconds, block: Math.ceil(limit / BLOCKS_PER_WINDOW) };
    this.#windowName = windowName;
  }

  /** Counts the request and tells the client what is left. Throws `rate_limited` if the window is used up. */
  async admit(credentialId: string, reply: FastifyReply): Promise<void> {
    const { limit } = this.#terms;
    if (limit === 0) return;
    const { passes, remaining, endsAtMs } = await this.#count(credentialId);
    const resetAfter = Math.max(1, Math.ceil((endsAtMs - this.#now()) / MS_PER_SECOND));
    reply.headers({
      'x-ratelimit-limit': limit,
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': Math.ceil(endsAtMs / MS_PER_SECOND),
      'x-ratelimit-reset-after': resetAfter,
    });
    if (passes) return;
    throw new ConveyanceError(
      'rate_limited',
      `This credential may send ${limit} requests a ${this.#windowName}; wait and go on`,
      {
        retryAfterSeconds: resetAfter,
      },
    );
  }

  #now(): number {
    return this.#deps.clock().getTime();
  }

  /** Checks and takes without an await in between: of many that wait for a lease, each must see what earlier ones left. */
  async #count(credentialId: string): Promise<Standing> {
    for (;;) {
      const lease = this.#leases.get(credentialId);
      if (lease !== undefined && this.#now() < lease.endsAtMs) {
        const { left, unclaimed, endsAtMs } = lease;
        if (left > 0) {
          lease.left -= 1;
          return { passes: true, remaining: left - 1 + unclaimed, endsAtMs };
        }
        if (unclaimed === 0) return { passes: false, remaining: 0, endsAtMs };
      }
      await this.#renew(credentialId);
    }
  }

  /** Requests that arrive while a lease is being fetched wait for it. */
  #renew(credentialId: string): Promise<void> {
    const leasing = this.#leasing.get(credentialId) ?? this.#lease(credentialId);
    this.#leasing.set(credentialId, leasing);
    return leasing;
  }

  async #lease(credentialId: string): Promise<void> {
    try {
      const { granted, unclaimed, windowEndsInMs } = await this.#deps.db.rateLimits.take(credentialId, this.#terms);
      const endsAtMs = this.#now() + Math.max(1, windowEndsInMs);
      this.#leases.set(credentialId, { left: granted, unclaimed, endsAtMs });
    } finally {
      this.#leasing.delete(credentialId);
    }
  }
}
