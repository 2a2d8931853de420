/** The keyring as Kysely sees it. */
import type { Changing, Stamp } from './column-kinds.ts';

export interface KeyringTable {
  master_key_id: string;
  sealed_at: Stamp;
}

export interface KeyringKeysTable {
  purpose: string;
  version: number;
  sealed: Uint8Array;
  is_derived: boolean;
  made_at: Stamp;
  signs_at: Date;
  ends_at: Changing<Date | null>;
}
