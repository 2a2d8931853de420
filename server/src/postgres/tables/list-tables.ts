/** The table of saved lists as Kysely sees it. */
import type { Changing, Stamp } from './column-kinds.ts';

export interface PropertyListsTable {
  account_id: string;
  id: string;
  name: string;
  /** By which it is found: the name in lower case. */
  name_key: string;
  /** Null for a list of ids. */
  filter: string | null;
  /** Null for a filter, as its number is. */
  property_ids: Uint8Array | null;
  property_count: number | null;
  created_at: Stamp;
  updated_at: Changing<Date>;
}
