import type { FeedState } from '../../core/ports/database/incoming/feeds.ts';
import type { CalendarRule } from '../../core/schedules/calendar-rule.ts';
import type { Changing, Json, Stamp } from './column-kinds.ts';

export interface FeedsTable {
  id: string;
  name: string;
  rule: Json<CalendarRule>;
  sources: readonly string[];
  request: Json<unknown>;
  grace_minutes: number;
  made_by: string;
  created_at: Stamp;
  paused_at: Changing<Date | null>;
  planned_at: Date;
  due_at: Date;
  attempt: Changing<number>;
  lease_until: Changing<Date | null>;
  state: Changing<FeedState>;
  ended_at: Changing<Date | null>;
}

/** What a feed has to be fetched with: addresses as they are, and credentials. */
export interface FeedSecretsTable {
  feed_id: string;
  sealed: Changing<Uint8Array>;
}
