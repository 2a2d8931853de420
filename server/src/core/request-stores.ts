/** What the database keeps of requests as such: keys that make them repeatable, and how many came. */

/** A customer's own word for one request, so that it can be sent again without being done twice. */
export interface IdempotencyKey {
  readonly accountId: string;
  readonly key: string;
}

/** What a key was used for. */
export interface AcceptedRequest {
  /** Equal for requests that ask for the same. */
  readonly fingerprint: Uint8Array;
  readonly jobId: string;
  readonly acceptedAt: Date;
}

export interface IdempotencyStore {
  /** Inside a transaction: keeps the key until its end. False, at once, when another transaction has it. */
  hold(key: IdempotencyKey): Promise<boolean>;
  find(key: IdempotencyKey): Promise<AcceptedRequest | null>;
  /** Replaces what the key was used for before. */
  remember(key: IdempotencyKey, request: AcceptedRequest): Promise<void>;
  /** Returns how many. */
  forget(acceptedBefore: Date): Promise<number>;
}

/** Each door counts a credential's requests for itself. */
export const RATE_DOORS = ['bulk', 'batch'] as const;
export type RateDoor = (typeof RATE_DOORS)[number];

export interface RateTerms {
  readonly door: RateDoor;
  /** Requests of one credential in one window. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Requests to take at once. */
  readonly block: number;
}

/** Requests that the taker may let pass until the window ends. */
export interface RateLease {
  readonly granted: number;
  /** What nobody has taken yet of this window. */
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
