/** Customers’ idempotency keys, kept so that a request can be sent again without being carried out twice. */

/** A customer's own key for one request, so that it can be sent again without being carried out twice. */
export interface IdempotencyKey {
  readonly accountId: string;
  readonly key: string;
}

/** What a key was used for. */
export interface AcceptedRequest {
  /** Equal for equal requests. */
  readonly fingerprint: Uint8Array;
  readonly jobId: string;
  readonly acceptedAt: Date;
}

export interface IdempotencyStore {
  /** Inside a transaction: holds the key until its end. False, without waiting, if another transaction holds it. */
  hold(key: IdempotencyKey): Promise<boolean>;
  find(key: IdempotencyKey): Promise<AcceptedRequest | null>;
  /** Replaces what the key was used for before. */
  remember(key: IdempotencyKey, request: AcceptedRequest): Promise<void>;
  /** Returns how many. */
  forget(acceptedBefore: Date): Promise<number>;
}
