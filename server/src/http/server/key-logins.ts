/** Log-ins by access key and secret over HTTP: at the token endpoint, and with every request of the Reonomy dialect. */

import type { Caller } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { authenticateKey } from '../../core/logins/credentials.ts';
import { LoginThrottle } from '../../core/logins/login-throttle.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';

export class KeyLogins {
  readonly #deps: Pick<Deps, 'db' | 'secrets'>;
  readonly #throttle: LoginThrottle;

  constructor(deps: Pick<Deps, 'db' | 'secrets' | 'clock'>) {
    this.#deps = deps;
    this.#throttle = new LoginThrottle(deps.clock);
  }

  /**
   * Who is calling; null for an unknown key and for a wrong secret. Throws `rate_limited` if the address has offered too many wrong
   * secrets for the key. The right one is let in whatever others have tried, so it is looked at first.
   */
  async recognise(address: string, accessKey: string, secret: string): Promise<Caller | null> {
    const caller = await authenticateKey(this.#deps, accessKey, secret, address);
    if (caller !== null) return caller;
    const waitMs = this.#throttle.waitMs(address, accessKey);
    if (waitMs === 0) {
      this.#throttle.failed(address, accessKey);
      return null;
    }
    throw new ConveyanceError(
      'rate_limited',
      'The access key is unknown or its secret is wrong, and this address has tried too often; correct them, and wait',
      { retryAfterSeconds: Math.ceil(waitMs / MS_PER_SECOND) },
    );
  }
}
