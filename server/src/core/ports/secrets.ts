/** How credentials are made and recognised. */

/** A keyed hash for one purpose: whoever learns another key of the server can forge none of these. */
export type Signer = Pick<Secrets, 'hash' | 'hashes' | 'equal'>;

/** Keyed hashing and randomness for credentials. */
export interface Secrets {
  /** 256 random bits in base64url. */
  generate(): string;
  /** Under the key in use: what is stored from now on. */
  hash(secret: string): Uint8Array;
  /** Under each key that still counts, the one in use first: one of them is what was stored. */
  hashes(secret: string): readonly Uint8Array[];
  /** False for a hash under a key that is gone: no secret has it any more. */
  isComparable(hash: Uint8Array): boolean;
  /** In constant time, even for unequal lengths. */
  equal(left: Uint8Array, right: Uint8Array): boolean;
}
