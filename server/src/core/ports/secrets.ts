/** How credentials are made and recognised. */

/** A keyed hash for one purpose: whoever learns another key of the server can forge none of these. */
export type Signer = Pick<Secrets, 'hash' | 'equal'>;

/** Keyed hashing and randomness for credentials. */
export interface Secrets {
  /** 256 random bits in base64url. */
  generate(): string;
  hash(secret: string): Uint8Array;
  /** In constant time, even for unequal lengths. */
  equal(left: Uint8Array, right: Uint8Array): boolean;
}
