/** The tables of schedules as Kysely sees them. */
import type { Generated } from 'kysely';
import type { Compression, CsvProfile, OutputFormat, ReportType } from '../../core/job.ts';
import type { CalendarRule, Weekday } from '../../core/schedules/calendar-rule.ts';
import type { OnIncomplete, RangeName, RunState, ScheduleState } from '../../core/schedules/schedule.ts';
import type { Changing, Stamp } from './column-kinds.ts';

export interface SchedulesTable {
  account_id: string;
  id: string;
  frequency: CalendarRule['frequency'];
  day_of_month: number | null;
  weekday: Weekday | null;
  local_time: string;
  time_zone: string;
  range: RangeName;
  range_days: number | null;
  deadline_hours: number;
  on_incomplete: OnIncomplete;
  report_type: ReportType;
  output_format: OutputFormat;
  /** Null: all of the report. */
  columns: string[] | null;
  compression: Compression;
  csv_profile: CsvProfile;
  name: string | null;
  callback_url: string | null;
  /** None where it repeats a list, or all. */
  property_ids: Uint8Array;
  /** With a list: as many as it held when the schedule was made. */
  property_count: number;
  list_id: string | null;
  /** False by default. */
  all_properties: Generated<boolean>;
  credential_id: string;
  /** Of its ids, those that the account may not see. */
  withheld: Changing<number>;
  state: Changing<ScheduleState>;
  next_at: Date | null;
  created_at: Stamp;
  updated_at: Stamp;
}

export interface ScheduleRunsTable {
  account_id: string;
  schedule_id: string;
  planned_at: Date;
  start_date: string;
  end_date: string;
  state: RunState;
  deadline_at: Date;
  /** When to look at it again; null once it no longer waits. */
  check_at: Date | null;
  job_id: Changing<string | null>;
  data_complete: Changing<boolean | null>;
  reason_code: string | null;
  reason: string | null;
}
