/** Places at the door: for connections that have not logged in, by site, and for sessions, by account. */

import { isConveyanceError } from '../core/errors.ts';
import { networkOf, SITE } from '../core/logins/network.ts';
import { Admission, NONE_WAITS, type Release } from '../core/turns/admission.ts';
import type { SftpLimits } from './limits.ts';

/** Of a site’s share, once the door is nearly full. */
const PART_WHEN_MANY = 1 / 2;

/** Null where there is none. */
function entered(admission: Admission, holder: string): Release | null {
  try {
    return admission.enter(holder);
  } catch (error) {
    if (isConveyanceError(error, 'rate_limited') || isConveyanceError(error, 'unavailable')) return null;
    throw error;
  }
}

interface Stranger {
  readonly site: string;
  /** Gives the place up; the connection is cut. */
  readonly leave: Release;
}

export class Places {
  readonly #limits: SftpLimits;
  readonly #strangers: Admission;
  readonly #sessions: Admission;
  /** In the order in which they came. */
  readonly #waiting = new Set<Stranger>();

  constructor(limits: SftpLimits) {
    this.#limits = limits;
    const { strangers, strangersOfSite, sessions, sessionsOfAccount } = limits;
    this.#strangers = new Admission({ name: 'log-ins', perHolder: strangersOfSite, inAll: strangers, ...NONE_WAITS });
    this.#sessions = new Admission({ name: 'sessions', perHolder: sessionsOfAccount, inAll: sessions, ...NONE_WAITS });
  }

  /**
   * A place for a connection until it logs in; null where there is none for its site. When all are taken, the oldest of the site that
   * has most of them makes room, unless that is the newcomer’s own: who holds many connections open closes the door to nobody else.
   */
  stranger(address: string, cut: () => void): Release | null {
    const site = networkOf(address, SITE);
    if (this.#isEnough(site)) return null;
    if (!this.#strangers.hasRoom) this.#makeRoom(site);
    const release = entered(this.#strangers, site);
    if (release === null) return null;
    const stranger = {
      site,
      leave: () => {
        forget();
        cut();
      },
    };
    const forget = () => {
      this.#waiting.delete(stranger);
      release();
    };
    this.#waiting.add(stranger);
    return forget;
  }

  /** A place for a session of the account; null where there is none. */
  session(accountId: string): Release | null {
    return entered(this.#sessions, accountId);
  }

  /** Of an account. */
  sessionsOf(accountId: string): number {
    return this.#sessions.usedBy(accountId);
  }

  #isEnough(site: string): boolean {
    const { manyStrangers, strangersOfSite } = this.#limits;
    const isNearlyFull = this.#strangers.counts.used >= manyStrangers;
    return isNearlyFull && this.#strangers.usedBy(site) >= strangersOfSite * PART_WHEN_MANY;
  }

  #makeRoom(forSite: string): void {
    let most: Stranger | null = null;
    let taken = this.#strangers.usedBy(forSite);
    for (const stranger of this.#waiting) {
      const ofSite = this.#strangers.usedBy(stranger.site);
      if (ofSite <= taken) continue;
      most = stranger;
      taken = ofSite;
    }
    most?.leave();
  }
}
