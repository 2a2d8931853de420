/** Who is calling by a session of the console. */
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import { LoginThrottle } from '../../core/logins/login-throttle.ts';
import { acceptInvitation, recogniseSession, type SignedIn, type StartedSession } from '../../core/logins/sessions.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { BELIEVED_MS, MOST_BELIEVED } from './believed.ts';
import { sessionCookie } from './cookie.ts';
import { CONSOLE_HEADER, requireOwnPage } from './own-page.ts';

/** In the place of a user’s name: an invitation has none. */
const INVITATION = 'invitation';

export const NO_SESSION = new ConveyanceError('unauthorized', 'Your session is over; sign in again');

type Needed = Pick<Deps, 'db' | 'secrets' | 'clock' | 'ids'>;

export class Sessions {
  readonly #deps: Needed;
  readonly #publicUrl: string;
  readonly #throttle: LoginThrottle;
  readonly #believed = new Map<string, { readonly signedIn: Promise<SignedIn | null>; readonly until: number }>();

  constructor(deps: Needed, publicUrl: string) {
    this.#deps = deps;
    this.#publicUrl = publicUrl;
    this.#throttle = new LoginThrottle(deps.clock);
    deps.db.subscribe('session-ended', () => this.forget());
  }

  /** True for a request that names no credential of its own and comes from a browser with a session, or from the page itself. */
  isMeant(request: FastifyRequest): boolean {
    if (request.headers.authorization !== undefined) return false;
    return request.headers[CONSOLE_HEADER] !== undefined || sessionCookie(request, this.#publicUrl) !== undefined;
  }

  /** Throws `foreign_page` before anything is looked up, and `unauthorized` without a challenge: a browser would ask for a password. */
  async recognise(request: FastifyRequest): Promise<SignedIn> {
    requireOwnPage(request, this.#publicUrl);
    const token = sessionCookie(request, this.#publicUrl);
    const signedIn = token === undefined ? null : await this.#lookUp(token);
    if (signedIn === null) throw NO_SESSION;
    return signedIn;
  }

  /** Null for an invitation that is not, or no longer, good. Throws `rate_limited` where an address has offered too many of those. */
  async accept(token: string, address: string): Promise<StartedSession | null> {
    const waitMs = this.#throttle.waitMs(address, INVITATION);
    if (waitMs > 0) {
      throw new ConveyanceError(
        'rate_limited',
        'This address has tried too many invitations that are not valid; wait',
        {
          retryAfterSeconds: Math.ceil(waitMs / MS_PER_SECOND),
        },
      );
    }
    const started = await acceptInvitation(this.#deps, token, address);
    if (started === null) this.#throttle.failed(address, INVITATION);
    return started;
  }

  /** An end is told to every node; where the message is lost, a session is believed for three seconds more. */
  forget(): void {
    this.#believed.clear();
  }

  #lookUp(token: string): Promise<SignedIn | null> {
    const now = this.#deps.clock().getTime();
    const known = this.#believed.get(token);
    if (known !== undefined && now < known.until) return known.signedIn;
    if (this.#believed.size >= MOST_BELIEVED) this.#believed.clear();
    const signedIn = recogniseSession(this.#deps, token);
    this.#believed.set(token, { signedIn, until: now + BELIEVED_MS });
    signedIn.catch(() => this.#believed.delete(token));
    return signedIn;
  }
}
