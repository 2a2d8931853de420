/** How many requests arrived, counted over all processes. */

/** Each contract counts a credential's requests separately. */
export const RATE_DOORS = ['apartmentiq', 'reonomy', 'admin'] as const;

export type RateDoor = (typeof RATE_DOORS)[number];

/** What is counted: a credential’s requests at a door, what an account has sent to its receivers on request, or the keys that it has made. */
export type RateSubject = RateDoor | 'webhooks' | 'keys';

export interface RateTerms {
  readonly door: RateSubject;
  /** Requests of one credential in one window. */
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Requests that a process has let through and not yet counted, and the window in which it did. */
export interface Uncounted {
  readonly window: number;
  readonly requests: number;
}

export interface RateCount {
  /** Of the requests that wait those that may pass: they are counted. */
  readonly granted: number;
  /** What is left of the window. */
  readonly remaining: number;
  /** Its number. */
  readonly window: number;
  readonly windowEndsInMs: number;
}

export interface RateLimitStore {
  /**
   * Counts what was let through before, unless its window is over, and of the requests that wait as many as the limit leaves. The window
   * is the one that is current on the database's clock. What is counted here alone never exceeds the limit.
   */
  count(credentialId: string, terms: RateTerms, waiting: number, before: Uncounted | null): Promise<RateCount>;
}
