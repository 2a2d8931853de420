/** Access keys and tokens as they are kept. */
import type { Credential, Scope } from '../../access.ts';

export interface NewCredential {
  readonly id: string;
  readonly accountId: string;
  readonly kind: Credential['kind'];
  readonly accessKey: string | null;
  /** Keyed hash of the secret; the secret itself is never stored. */
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  /** None when left out. */
  readonly name?: string | null;
  /** Until it is revoked, when left out. */
  readonly expiresAt?: Date | null;
}

export interface StoredCredential extends Credential {
  readonly secretHash: Uint8Array;
}

export interface CredentialStore {
  insert(credential: NewCredential): Promise<Credential>;
  /** Throws `rate_limited` if the account has that many keys and tokens which still work. Until the transaction ends, nobody else makes one of the account. */
  requireRoom(accountId: string, most: number): Promise<void>;
  /** Revoked ones too: the caller decides. */
  byAccessKey(accessKey: string): Promise<StoredCredential | null>;
  /** The one whose hash is among these. */
  byTokenHash(secretHashes: readonly Uint8Array[]): Promise<StoredCredential | null>;
  byId(id: string): Promise<Credential | null>;
  /** Stores another hash of the same secret, unless somebody was faster. */
  rehash(id: string, from: Uint8Array, to: Uint8Array): Promise<void>;
  list(accountId: string | null): Promise<readonly Credential[]>;
  /** The account's keys and tokens, not its people: the newest first, ended ones too. */
  listPrograms(accountId: string, limit: number): Promise<readonly Credential[]>;
  /** One of those. */
  program(accountId: string, id: string): Promise<Credential | null>;
  /** Notes that it was taken, and from where: once a minute and process at most. */
  used(id: string, address: string): Promise<void>;
  /** Moves its end nearer, never away; a revoked one stays revoked. Publishes `credential-revoked` if the end has come. False if there is no such one. */
  endAt(id: string, expiresAt: Date): Promise<boolean>;
  /** Of all that the account has, those that are not revoked yet: how many. Publishes `credential-revoked` for each. */
  revokeAll(accountId: string): Promise<number>;
  /** Publishes `credential-revoked`. False if there is no such credential or it was revoked before. */
  revoke(id: string): Promise<boolean>;
}
