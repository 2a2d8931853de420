/** Faults of what the server stands on. They pass, and are never those of the request or the job that they hit. */
import { ConveyanceError } from './errors.ts';

/** A database that restarts is back in seconds; telling clients to come back later than that would waste their time. */
const RETRY_SECONDS = 5;

export class PassingFault extends ConveyanceError {
  constructor(message: string, cause: unknown) {
    super('unavailable', message, { retryAfterSeconds: RETRY_SECONDS, cause });
  }
}

/** The database does not answer, or broke off. */
export class DatabaseAway extends PassingFault {
  constructor(cause: unknown, message = 'The server’s database does not answer just now; send the request again') {
    super(message, cause);
  }
}

/** The database broke off while it committed: what was to be written may be there or not. */
export class CommitUnknown extends DatabaseAway {
  constructor(
    cause: unknown,
    message = 'The server’s database broke off before it confirmed the request, which may have been carried out; look before you send it again',
  ) {
    super(cause, message);
  }
}

/** The volume of the objects does not answer, or fails. */
export class StoreAway extends PassingFault {
  constructor(cause: unknown) {
    super('The server cannot reach its files just now; send the request again', cause);
  }
}

/** The cluster that finds rows for exports does not answer, lacks one of its machines, or does not let us do what jobs need. */
export class ClusterAway extends PassingFault {
  /** Why it will not be there again before somebody changes its settings or ours; null where it may be. */
  readonly refusal: string | null;

  constructor(cause: unknown, refusal: string | null = null) {
    super('The server cannot reach its cluster just now; send the request again', cause);
    this.refusal = refusal;
  }
}
