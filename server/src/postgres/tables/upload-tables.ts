import type { RemoteLoadState } from '../../core/ports/database/incoming/remote-loads.ts';
import type { Changing, Json, Stamp } from './column-kinds.ts';

export interface UploadsTable {
  id: string;
  credential_id: string;
  filename: string;
  length: number;
  received: Changing<number>;
  sha256: string | null;
  created_at: Stamp;
  expires_at: Date;
}

export interface UploadPartsTable {
  upload_id: string;
  start: number;
  bytes: number;
  key: string;
}

export interface RemoteLoadsTable {
  id: string;
  credential_id: string;
  upload_ids: string[];
  addresses: string[];
  request: Json<unknown>;
  state: Changing<RemoteLoadState>;
  attempt: Changing<number>;
  lease_until: Changing<Date | null>;
  stage: Changing<string | null>;
  created_at: Stamp;
  started_at: Changing<Date | null>;
  finished_at: Changing<Date | null>;
  report: Changing<unknown>;
  failure: Changing<string | null>;
  rejects_key: Changing<string | null>;
}

/** What a load has to fetch: addresses as they are, and credentials. */
export interface RemoteLoadSecretsTable {
  load_id: string;
  sealed: Uint8Array;
}
