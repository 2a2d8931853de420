/** The master key and the keyring, as an operator changes them. */
import type { Purpose } from '../keyring/purposes.ts';

export interface KeyState {
  readonly version: number;
  /** Null where nobody noted it. */
  readonly madeAt: Date | null;
  /** True if whoever has the master key of the first start can compute it. */
  readonly isDerived: boolean;
  readonly state: 'in use' | 'waiting' | 'ending';
  /** When it counts no more, if that is known. */
  readonly endsAt: Date | null;
  /** What is still made under it; null where that cannot be counted. */
  readonly uses: number | null;
}

export interface PurposeState {
  readonly purpose: Purpose;
  readonly of: string;
  /** The one in use first. */
  readonly keys: readonly KeyState[];
}

export interface KeyringState {
  readonly masterKey: {
    readonly id: string;
    /** Where it is, as a message names it. */
    readonly place: string;
    /** When it became the one. */
    readonly since: Date;
  };
  /** Master keys at hand that are not the one. */
  readonly others: readonly { readonly id: string; readonly place: string }[];
  readonly purposes: readonly PurposeState[];
}

export interface MasterKeyChange {
  readonly from: string;
  readonly to: string;
  /** Where the key before was put, of which old backups have need; null where it was in a setting. */
  readonly keptAt: string | null;
  /** What is left to be done with the settings. */
  readonly place: string;
}

export interface KeyKeeper {
  state(): Promise<KeyringState>;
  /**
   * Seals the keyring by the next master key. Killed at any step, it is finished by being called again, or by the next start. Throws
   * `bad_setting` if there is no next key, or a node does not have it.
   *
   * @param options.anyway also if nodes do not have it: they go on with the keys that they have, and start no more.
   */
  changeMasterKey(options: { readonly anyway: boolean; readonly signal: AbortSignal }): Promise<MasterKeyChange>;
  /**
   * New keys of chance. What was made under those before counts to its end.
   *
   * @param options.atOnce what was signed counts no more.
   */
  renew(purposes: readonly Purpose[], options: { readonly atOnce: boolean; readonly anyway: boolean }): Promise<void>;
}
