/**
 * What one download link may be used for. Whoever holds it has no credential by which he could be limited, and has not always got it from
 * the customer it was made for.
 */

import { ConveyanceError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { Admission, type Release } from '../../core/turns/admission.ts';

/** Programs that fetch a file in parts keep up to 16 connections. */
const AT_ONCE = 16;
/** A thousand transfers at a time are more than a process has bandwidth for. */
const AT_ONCE_OF_ALL = 1000;
const WINDOW_MS = 60_000;
/** 20 a second: query engines read a Parquet file by many small ranges. */
const MOST_IN_WINDOW = 1200;
/** Some 100 bytes each. Beyond it the window ends early, for all: a link is counted anew, and not refused. */
const MOST_LINKS = 20_000;

const NAME = 'downloads';

/** Of one process. */
export class LinkLimits {
  readonly #clock: Clock;
  readonly #atOnce = new Admission({
    name: NAME,
    perHolder: AT_ONCE,
    inAll: AT_ONCE_OF_ALL,
    waitingPerHolder: 0,
    waitingInAll: 0,
  });
  readonly #requests = new Map<string, number>();
  #endsAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Lets a request by the link begin; the result is called at its end. Throws `rate_limited` for more than the link may be used for, and
   * `unavailable` where all links together are.
   * @param link what only this link has: its signature.
   */
  enter(link: string): Release {
    this.#count(link);
    return this.#atOnce.enter(link);
  }

  #count(link: string): void {
    const now = this.#clock().getTime();
    if (now >= this.#endsAtMs || this.#requests.size >= MOST_LINKS) {
      this.#requests.clear();
      this.#endsAtMs = now + WINDOW_MS;
    }
    const count = (this.#requests.get(link) ?? 0) + 1;
    if (count > MOST_IN_WINDOW) {
      throw new ConveyanceError('rate_limited', `Too many ${NAME} by this link: at most ${MOST_IN_WINDOW} a minute`, {
        retryAfterSeconds: Math.max(1, Math.ceil((this.#endsAtMs - now) / MS_PER_SECOND)),
      });
    }
    this.#requests.set(link, count);
  }
}
