import { ConveyanceError } from './errors.ts';

const RETRY_SECONDS = 1;

/** A load replaced the data, and nothing held the old version: code that was reading it must read again. */
export class DataReplaced extends ConveyanceError {
  constructor(cause?: unknown) {
    super('unavailable', 'The data was replaced while it was read; send the request again', {
      retryAfterSeconds: RETRY_SECONDS,
      cause,
    });
  }
}
