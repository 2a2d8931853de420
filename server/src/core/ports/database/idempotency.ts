/** Customers’ own keys for requests, kept so that one can be sent again without being done twice. */

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
