/**
 * How many requests of an account are worked on at once: whatever a request uses that is not shared in its own way, such as the
 * connections to the database that reads take, is shared so.
 */
import type { ServerResponse } from 'node:http';
import { ConveyanceError } from '../../core/errors.ts';
import { Admission, type Release, UNBOUNDED } from '../../core/turns/admission.ts';

/** An account with look-ups that wait has places left for others of its requests. */
const OF_ACCOUNT = 32;
/** None of their bodies has been read. They cannot be more than there are connections. */
const WAITING_OF_ACCOUNT = 1000;

/** Of the requests to all dialects. */
export class RequestTurns {
  readonly #requests = new Admission({
    name: 'requests',
    perHolder: OF_ACCOUNT,
    inAll: UNBOUNDED,
    waitingPerHolder: WAITING_OF_ACCOUNT,
    waitingInAll: UNBOUNDED,
  });
  readonly #releases = new WeakMap<ServerResponse, Release>();

  /** Waits for the account’s turn, which lasts until the request is answered or its client has gone. Throws `rate_limited`. */
  async begin(accountId: string, response: ServerResponse): Promise<void> {
    const release = this.#requests.tryEnter(accountId) ?? (await this.#line(accountId, response));
    this.#releases.set(response, release);
    for (const event of ['finish', 'close']) response.once(event, release);
    if (response.closed) release();
  }

  async #line(accountId: string, response: ServerResponse): Promise<Release> {
    const gone = new AbortController();
    const leave = () => gone.abort(new ConveyanceError('request_timeout', 'The client left before it was its turn'));
    response.once('close', leave);
    const release = await this.#requests.wait(accountId, gone.signal);
    response.off('close', leave);
    return release;
  }

  /** Ends it before its time: an answer that goes on for hours, such as a stream of events, is counted elsewhere. */
  end(response: ServerResponse): void {
    this.#releases.get(response)?.();
  }
}
