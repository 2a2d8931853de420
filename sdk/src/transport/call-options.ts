/** Options of any call, and of any page. */

export interface CallOptions {
  /** Aborting it ends the call with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PageOptions extends CallOptions {
  /** From 1. */
  readonly page?: number;
  /** 1 to 100; the server's default is 50. */
  readonly perPage?: number;
}

/** Of lists that come in pages. */
export const MOST_PER_PAGE = 100;
