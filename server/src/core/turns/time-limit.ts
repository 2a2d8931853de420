import { ConveyanceError } from '../errors.ts';

const TOO_LONG_RETRY_SECONDS = 5;

/** How long a customer waits for work that has begun. */
export interface TimeLimit {
  readonly ms: number;
  /** Tells the customer what took too long and what to do. */
  readonly tooLong: string;
}

/**
 * Work that a customer waits for. If it does not end in time, the signal stops it and it is refused as `unavailable`, whatever error it
 * stopped with: the one place where a time-out becomes an answer.
 */
export async function withinTime<Result>(
  { ms, tooLong }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const signal = AbortSignal.timeout(ms);
  try {
    return await work(signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new ConveyanceError('unavailable', tooLong, { retryAfterSeconds: TOO_LONG_RETRY_SECONDS, cause });
  }
}
