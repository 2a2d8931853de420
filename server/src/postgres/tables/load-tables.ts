import type { ColumnType, GeneratedAlways } from 'kysely';
import type { LoadEnd, LoadOrigin } from '../../core/versions/load-record.ts';
import type { Changing, Stamp } from './column-kinds.ts';

/** JSON that begins with the column's default. */
type Later<Value> = ColumnType<Value, never, string>;

export interface LoadLeasesTable {
  name: string;
  holder: string;
  until: Date;
}

export interface LoadHistoryTable {
  number: GeneratedAlways<number>;
  origin: LoadOrigin;
  by: string | null;
  note: string | null;
  sources: readonly string[];
  source_count: number;
  mapping: string | null;
  feed: string | null;
  mark: string | null;
  began_at: Stamp;
  heard_at: Stamp;
  ended_at: Changing<Date | null>;
  version: Changing<number | null>;
  unchanged: Changing<number | null>;
  tables: Later<LoadEnd['tables']>;
  layouts: Later<LoadEnd['layouts']>;
  rejected: Changing<number>;
  reject_sums: Later<LoadEnd['rejectSums']>;
  failure: Changing<string | null>;
  rejects_key: Changing<string | null>;
  rejects_kept: Changing<number>;
}
