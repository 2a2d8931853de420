import { ConveyanceError } from './errors.ts';

/** A database that restarts is back in seconds; who is told to come later than that waits in vain. */
const RETRY_SECONDS = 5;

/** The database does not answer, or broke off: the server's fault, never that of the request or the job that it befell. */
export class DatabaseAway extends ConveyanceError {
  constructor(cause: unknown) {
    super('unavailable', 'The server’s database does not answer just now; send the request again', {
      retryAfterSeconds: RETRY_SECONDS,
      cause,
    });
  }
}
