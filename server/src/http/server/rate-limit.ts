/** How many requests a credential may send in a window of time, over all processes. */

import type { FastifyReply } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import type { RateCount, RateDoor, RateTerms, Uncounted } from '../../core/ports/database/rate-limits.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

/**
 * Requests that a process lets through on its own before it counts them: none at first, twice as many each time it has used them up, and
 * never more than these parts of the limit and of what is left. Near the limit every request is counted before it passes. What is
 * not counted, because a process dies, is let through once more; nothing is refused that others have taken and not used.
 */
const PART_OF_LIMIT = 200;
const PART_OF_REMAINING = 64;
/** By then others may have used up what was left. */
const LEASE_MS = 500;

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
  readonly window: number;
  readonly endsAtMs: number;
  /** Of the window, when it was asked for. */
  readonly remaining: number;
  /** Counted already; for those that waited. */
  granted: number;
  /** May be let through until `validUntilMs`, and is then to be counted. */
  readonly size: number;
  readonly validUntilMs: number;
  used: number;
}

/** What a credential has left after a request. */
interface Standing {
  readonly passes: boolean;
  readonly remaining: number;
  readonly endsAtMs: number;
}

/** How much a process may let through on its own after it has counted. */
function nextSize(last: Lease | undefined, { remaining, window }: RateCount, limit: number): number {
  const usedUp = last !== undefined && last.window === window && last.used === last.size;
  const grown = usedUp ? Math.max(1, last.size * 2) : 0;
  return Math.floor(Math.min(grown, limit / PART_OF_LIMIT, remaining / PART_OF_REMAINING));
}

/** Admits requests by what the database counts. */
export class RateLimiter {
  readonly #deps: Pick<Deps, 'db' | 'clock'>;
  readonly #terms: RateTerms;
  readonly #windowName: RateLimit['windowName'];
  /** By credential: as many as there are credentials in use. */
  readonly #leases = new Map<string, Lease>();
  /** Counts that are about to be asked for, with the requests that wait for them. */
  readonly #gathering = new Map<string, { waiting: number; readonly counted: Promise<void> }>();
  /** Counts on their way. */
  readonly #asking = new Map<string, Promise<void>>();

  constructor(deps: Pick<Deps, 'db' | 'clock'>, { door, limit, windowSeconds, windowName }: RateLimit) {
    this.#deps = deps;
    this.#terms = { door, limit, windowSeconds };
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

  /** Checks and takes without an await in between: of many that wait for a count, each must see what earlier ones left. */
  async #count(credentialId: string): Promise<Standing> {
    for (;;) {
      const lease = this.#leases.get(credentialId);
      const now = this.#now();
      if (lease !== undefined && now < lease.endsAtMs) {
        const { endsAtMs, remaining } = lease;
        if (lease.granted > 0) {
          lease.granted -= 1;
          return { passes: true, remaining: remaining + lease.granted - lease.used, endsAtMs };
        }
        if (lease.used < lease.size && now < lease.validUntilMs) {
          lease.used += 1;
          return { passes: true, remaining: remaining - lease.used, endsAtMs };
        }
        if (remaining === 0) return { passes: false, remaining: 0, endsAtMs };
      }
      await this.#wait(credentialId);
    }
  }

  /** Requests that arrive together are counted together; who comes while a count is on its way waits for its end, and looks again. */
  async #wait(credentialId: string): Promise<void> {
    const asking = this.#asking.get(credentialId);
    if (asking !== undefined) return asking;
    const gathering = this.#gathering.get(credentialId) ?? {
      waiting: 0,
      counted: Promise.resolve().then(() => this.#ask(credentialId)),
    };
    this.#gathering.set(credentialId, gathering);
    gathering.waiting += 1;
    return gathering.counted;
  }

  #ask(credentialId: string): Promise<void> {
    const waiting = this.#gathering.get(credentialId)?.waiting ?? 0;
    this.#gathering.delete(credentialId);
    const asking = this.#renew(credentialId, waiting).finally(() => this.#asking.delete(credentialId));
    this.#asking.set(credentialId, asking);
    return asking;
  }

  /** If the database does not answer, what is not counted stays so, for the next time. */
  async #renew(credentialId: string, waiting: number): Promise<void> {
    const last = this.#leases.get(credentialId);
    const before: Uncounted | null = last && last.used > 0 ? { window: last.window, requests: last.used } : null;
    const count = await this.#deps.db.rateLimits.count(credentialId, this.#terms, waiting, before);
    const { granted, remaining, window, windowEndsInMs } = count;
    const now = this.#now();
    const endsAtMs = now + Math.max(1, windowEndsInMs);
    const size = nextSize(last, count, this.#terms.limit);
    const validUntilMs = now + LEASE_MS;
    this.#leases.set(credentialId, { window, endsAtMs, remaining, granted, size, validUntilMs, used: 0 });
  }
}
