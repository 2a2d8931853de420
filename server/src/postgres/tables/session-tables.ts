/** The tables of the console’s sessions as Kysely sees them. */
import type { Stamp } from './column-kinds.ts';

export interface InvitationsTable {
  id: string;
  account_id: string;
  scopes: string[];
  token_hash: Uint8Array;
  created_at: Stamp;
  expires_at: Date;
}

export interface SessionsTable {
  id: string;
  credential_id: string;
  token_hash: Uint8Array;
  address: string | null;
  created_at: Stamp;
  expires_at: Date;
}
