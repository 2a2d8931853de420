/** Log-ins by access key and secret over HTTP: at the token endpoint, and with every request of the Reonomy dialect. */

import type { Caller } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { isSecretOf, logIn } from '../../core/logins/credentials.ts';
import { LoginThrottle } from '../../core/logins/login-throttle.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { Admission } from '../../core/turns/admission.ts';

/** Keys whose wrong secrets were tried: a hundred bytes each. Beyond that the oldest is forgotten, and looked up once more. */
const MOST_KEYS_REMEMBERED = 10_000;
/** A name of any length may be tried; a key has 36 characters. */
const LONGEST_KEY = 64;
/** By key, not by address: behind a proxy all clients have one. Each takes a connection to the database for a millisecond. */
const LOOKED_UP = { name: 'log-ins', perHolder: 1, inAll: 2, waitingPerHolder: 1000, waitingInAll: 5000 };

export class KeyLogins {
  readonly #deps: Pick<Deps, 'db' | 'secrets' | 'log'>;
  readonly #throttle: LoginThrottle;
  readonly #lookedUp = new Admission(LOOKED_UP);
  /** By access key, what its wrong secrets were compared with: null for an unknown key. */
  readonly #secretHashes = new Map<string, Uint8Array | null>();

  constructor(deps: Pick<Deps, 'db' | 'secrets' | 'clock' | 'log'>) {
    this.#deps = deps;
    this.#throttle = new LoginThrottle(deps.clock);
  }

  /**
   * Who is calling; null for an unknown key and for a wrong secret. Throws `rate_limited` if the address has offered too many wrong
   * secrets for the key. The right one is let in whatever others have tried, so it is compared first: with what is remembered of the
   * wrong ones, so that those cost no look-up.
   */
  async recognise(address: string, accessKey: string, secret: string): Promise<Caller | null> {
    const waitMs = this.#throttle.waitMs(address, accessKey);
    if (waitMs > 0 && this.#isKnownWrong(accessKey, secret)) throw tooMany(waitMs);
    const { caller, secretHash } = await this.#logIn(address, accessKey, secret);
    if (caller !== null) return caller;
    this.#remember(accessKey, secretHash);
    // Others may have failed meanwhile.
    const laterMs = this.#throttle.waitMs(address, accessKey);
    if (laterMs > 0) throw tooMany(laterMs);
    this.#throttle.failed(address, accessKey);
    return null;
  }

  #logIn(address: string, accessKey: string, secret: string) {
    const key = accessKey.slice(0, LONGEST_KEY);
    return this.#lookedUp.run(key, null, () => logIn(this.#deps, accessKey, secret, address));
  }

  #isKnownWrong(accessKey: string, secret: string): boolean {
    const secretHash = this.#secretHashes.get(accessKey);
    // Of a hash under a key that is gone nothing is known: the secret was hashed anew since.
    if (secretHash === undefined || (secretHash !== null && !this.#deps.secrets.isComparable(secretHash))) return false;
    return !isSecretOf(this.#deps, secretHash, secret);
  }

  #remember(accessKey: string, secretHash: Uint8Array | null): void {
    // What is longer is no key, and never looked up.
    if (accessKey.length > LONGEST_KEY) return;
    this.#secretHashes.delete(accessKey);
    this.#secretHashes.set(accessKey, secretHash);
    const [oldest] = this.#secretHashes.keys();
    if (this.#secretHashes.size > MOST_KEYS_REMEMBERED && oldest !== undefined) this.#secretHashes.delete(oldest);
  }
}

function tooMany(waitMs: number): ConveyanceError {
  return new ConveyanceError(
    'rate_limited',
    'The access key is unknown or its secret is wrong, and this address has tried too often; correct them, and wait',
    { retryAfterSeconds: Math.ceil(waitMs / MS_PER_SECOND) },
  );
}
