/** Sessions of the console, and the invitations by which people come to it. Their tokens are kept as keyed hashes alone. */
import type { Credential, Scope } from '../../access.ts';

export interface NewInvitation {
  readonly id: string;
  readonly accountId: string;
  readonly scopes: readonly Scope[];
  readonly tokenHash: Uint8Array;
  readonly expiresAt: Date;
}

export type Invitation = Pick<NewInvitation, 'accountId' | 'scopes' | 'tokenHash'>;

export interface NewSession {
  /** Names it in lists; opens nothing. */
  readonly id: string;
  readonly credentialId: string;
  readonly tokenHash: Uint8Array;
  /** Of the browser’s end of the connection at the sign-in. */
  readonly address: string | null;
  readonly expiresAt: Date;
}

export interface Session {
  readonly id: string;
  readonly credentialId: string;
  readonly address: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface SessionStore {
  invite(invitation: NewInvitation): Promise<void>;
  /** Removes it, so that of many who come with the same token one gets it. Its hash is one of these. Null if there is none, or its time is over. */
  takeInvitation(tokenHashes: readonly Uint8Array[], now: Date): Promise<Invitation | null>;
  insert(session: NewSession): Promise<void>;
  /** With its credential as it is now, also a revoked one: the caller decides. Null if there is none, or its time is over. */
  byTokenHash(
    tokenHashes: readonly Uint8Array[],
    now: Date,
  ): Promise<{ session: Session; credential: Credential; tokenHash: Uint8Array } | null>;
  /** Moves its end, never back, and stores the token’s present hash. Nothing if there is no such session any more. */
  prolong(id: string, session: Pick<NewSession, 'expiresAt' | 'tokenHash'>): Promise<void>;
  /** Those of the credential whose time is not over, the newest first, a hundred at most. */
  list(credentialId: string, now: Date): Promise<readonly Session[]>;
  /** Every session and every open invitation of the account. */
  endAll(accountId: string): Promise<void>;
  /** Publishes `session-ended`. False if the credential has no such session. */
  end(credentialId: string, id: string): Promise<boolean>;
}
