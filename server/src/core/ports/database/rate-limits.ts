/** How many requests arrived, counted over all processes. */

/** Each contract counts a credential's requests separately. */
export const RATE_DOORS = ['apartmentiq', 'reonomy'] as const;

export type RateDoor = (typeof RATE_DOORS)[number];

export interface RateTerms {
  readonly door: RateDoor;
  /** Requests of one credential in one window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Requests to take in one block. */
  readonly block: number;
}

/** Requests that the taker may let through until the window ends. */
export interface RateLease {
  readonly granted: number;
  /** What is left of this window. */
  readonly unclaimed: number;
  readonly windowEndsInMs: number;
}

export interface RateLimitStore {
  /**
   * Takes a block, or what is left of it, out of the window that is current on the database's clock. All leases of a window
   * together never grant more than the limit.
   */
  take(credentialId: string, terms: RateTerms): Promise<RateLease>;
}
