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
}

export interface StoredCredential extends Credential {
  readonly secretHash: Uint8Array;
}

export interface CredentialStore {
  insert(credential: NewCredential): Promise<Credential>;
  /** Revoked ones too: the caller decides. */
  byAccessKey(accessKey: string): Promise<StoredCredential | null>;
  byTokenHash(secretHash: Uint8Array): Promise<StoredCredential | null>;
  byId(id: string): Promise<Credential | null>;
  list(accountId: string | null): Promise<readonly Credential[]>;
  /** Publishes `credential-revoked`. False if there is no such credential or it was revoked before. */
  revoke(id: string): Promise<boolean>;
}
