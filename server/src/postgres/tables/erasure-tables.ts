import type { GeneratedAlways } from 'kysely';
import type { Changing, Stamp } from './column-kinds.ts';

export interface ErasuresTable {
  id: GeneratedAlways<number>;
  by: string | null;
  began_at: Stamp;
  versions_dropped_at: Changing<Date | null>;
  ended_at: Changing<Date | null>;
}

export interface ErasedValuesTable {
  hash: Uint8Array;
  sieve: string;
  erasure_id: number;
}
