/** The keyring as it is kept: keys by purpose and version, each sealed by the master key. */
import type { RingPurpose } from '../../keyring/purposes.ts';

export interface RingKey {
  /** A purpose; of a later release there may be others. */
  readonly purpose: string;
  readonly version: number;
  readonly sealed: Uint8Array;
  /** True if whoever has the master key of the first start can compute it. */
  readonly isDerived: boolean;
}

export interface StoredRingKey extends RingKey {
  readonly madeAt: Date;
  /** It only verifies yet: not every process may have it. */
  readonly isWaiting: boolean;
  /** It has signed for so long that its predecessor signs nowhere any more. */
  readonly isSettled: boolean;
  /** When it counts no more; null without an end by the clock. */
  readonly endsAt: Date | null;
}

export interface StoredRing {
  /** Tells the master key that seals it from others, and nothing of it. */
  readonly masterKeyId: string;
  readonly sealedAt: Date;
  /** Those whose end has not come, by purpose and version. */
  readonly keys: readonly StoredRingKey[];
}

export interface NewRingKey extends RingKey {
  readonly purpose: RingPurpose;
  /** For how long its predecessors still count once it signs; null without an end by the clock. */
  readonly othersLastSeconds: number | null;
}

/** How much is still made under a key. */
export interface KeyUse {
  readonly purpose: RingPurpose;
  readonly version: number;
  readonly count: number;
}

/** What is sealed for the vault, wherever it is. */
export interface SealedRow {
  readonly table: string;
  readonly id: string;
  /** With which it was sealed. */
  readonly context: string;
  readonly sealed: Uint8Array;
}

/** Times are the database's. */
export interface KeyringStore {
  /** One change at a time: held until the transaction ends. */
  lock(): Promise<void>;
  /** Null before the first start of a release that has it. */
  read(): Promise<StoredRing | null>;
  /** Makes it. Only under the lock, and where there is none. */
  begin(masterKeyId: string, keys: readonly RingKey[]): Promise<void>;
  /** The same keys, sealed by another master key. Publishes `keyring-changed`. */
  reseal(masterKeyId: string, keys: readonly RingKey[]): Promise<void>;
  /** Keys that sign after `NEW_KEY_WAITS_SECONDS`, or, as the first of their purpose, at once. Publishes `keyring-changed`. */
  add(keys: readonly NewRingKey[]): Promise<void>;
  /** Ends it now. Publishes `keyring-changed`. */
  drop(purpose: string, version: number): Promise<void>;
  /** Deletes keys whose end has come; returns how many. */
  dropEnded(): Promise<number>;
  /** What live credentials, sessions, invitations and sealed texts were made under. */
  uses(): Promise<readonly KeyUse[]>;
  /** Sealed texts in their order, after the row, those of one table after those of another. */
  sealedAfter(row: Pick<SealedRow, 'table' | 'id'> | null, limit: number): Promise<readonly SealedRow[]>;
  /** Unless somebody has changed it meanwhile. */
  replaceSealed(row: SealedRow, sealed: Uint8Array): Promise<boolean>;
}
