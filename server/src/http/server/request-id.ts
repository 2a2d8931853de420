/** The id under which a request is logged and answered. */
import type { IncomingMessage } from 'node:http';
import type { Ids } from '../../core/ports/clock.ts';

/** Long enough for a UUID or a trace id, short enough for a log line; nothing that could break out of a header or a log. */
const ACCEPTED_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The client's own id if it is harmless, so that both sides' logs can be joined; otherwise a fresh one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>, ids: Ids): string {
  const offered = headers['x-request-id'];
  return typeof offered === 'string' && ACCEPTED_ID.test(offered) ? offered : ids();
}
