/** Schedules as they travel between client and server, named as they travel: snake_case. */
import type { Compression, CsvProfile, JobRequest, OutputFormat, Pagination, ReportType } from './types.ts';

export type ScheduleFrequency = 'monthly' | 'weekly' | 'daily';
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
/** A week is Monday to Sunday. */
export type ScheduleRange = 'previous_month' | 'previous_week' | 'yesterday' | 'trailing_n_days';

/** The fields of a job, with a calendar rule in the place of its dates. */
export interface ScheduleRequest extends Omit<JobRequest, 'start_date' | 'end_date'> {
  readonly frequency: ScheduleFrequency;
  /** With `monthly`: 1 to 31. A shorter month has it on its last day. */
  readonly day_of_month?: number;
  /** With `weekly`. */
  readonly weekday?: Weekday;
  /** `HH:MM` on the clocks of the zone. */
  readonly time: string;
  /** A name of the IANA time zone database. */
  readonly time_zone: string;
  /** The days that each run exports, counted from its planned day in the zone. */
  readonly range: ScheduleRange;
  /** With `trailing_n_days`: so many days up to yesterday. */
  readonly days?: number;
  /** How long a run waits until the warehouse has reached the last day of its range. Default 48. */
  readonly data_deadline_hours?: number;
  /** What to do with a run whose data is not there by then. Default `run`. */
  readonly on_incomplete?: 'run' | 'skip';
}

export interface ScheduleSummary {
  readonly schedule_id: string;
  readonly state: 'active' | 'paused';
  /** RFC 3339; null while paused. */
  readonly next_run_at: string | null;
  readonly frequency: ScheduleFrequency;
  readonly day_of_month: number | null;
  readonly weekday: Weekday | null;
  readonly time: string;
  readonly time_zone: string;
  readonly range: ScheduleRange;
  readonly days: number | null;
  readonly data_deadline_hours: number;
  readonly on_incomplete: 'run' | 'skip';
  readonly report_type: ReportType;
  readonly output_format: OutputFormat;
  readonly callback_url: string | null;
  /** Null for all of the report. */
  readonly columns: readonly string[] | null;
  readonly compression: Compression;
  readonly csv_profile: CsvProfile;
  /** Of the schedule, and of each of its jobs. */
  readonly name: string | null;
  readonly property_count: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Schedule extends ScheduleSummary {
  readonly property_ids: readonly number[];
}

export interface SchedulePage {
  /** Newest first. */
  readonly schedules: readonly ScheduleSummary[];
  readonly pagination: Pagination;
}

export interface ScheduleRun {
  /** RFC 3339. One run for each planned instant. */
  readonly planned_at: string;
  readonly start_date: string;
  /** Inclusive; the day that the data must have reached. */
  readonly end_date: string;
  readonly state: 'waiting' | 'submitted' | 'skipped' | 'failed';
  /** Until when it waits for its data. */
  readonly deadline_at: string;
  /** The job that it became; null unless `submitted`. */
  readonly job_id: string | null;
  /** Whether the data had reached `end_date` when the job was made; null without a job. */
  readonly data_complete: boolean | null;
  /** Why it waits, was skipped or failed, for programs. */
  readonly reason_code: string | null;
  /** The same for people. */
  readonly reason: string | null;
}

export interface ScheduleRunPage {
  /** The latest first. */
  readonly runs: readonly ScheduleRun[];
  readonly pagination: Pagination;
}
