import { ConveyanceError } from './errors.ts';

/** A database that restarts is back in seconds; telling clients to come back later than that would waste their time. */
const RETRY_SECONDS = 5;

/** The database does not answer, or broke off: the server's fault, never that of the request or job that it hit. */
export class DatabaseAway extends ConveyanceError {
  constructor(cause: unknown) {
    super('unavailable', 'The server’s database does not answer just now; send the request again', {
      retryAfterSeconds: RETRY_SECONDS,
      cause,
    });
  }
}
