import { ConveyanceError } from './errors.ts';

const TOO_LONG_RETRY_SECONDS = 5;

/**
 * Work that a customer waits for. If it does not end in time, the signal stops it and it is refused as `unavailable`, whatever error it
 * stopped with. @param tooLong tells the customer what took too long and what to do.
 */
export async function withinTime<Result>(
  { ms, tooLong }: { readonly ms: number; readonly tooLong: string },
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
