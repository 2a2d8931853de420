/** A recurring export: when, of which days, and what becomes of each run. */

import { addDays, lastDayOfMonth, monthOf, weekdayOf } from '../dates.ts';
import { ConveyanceError } from '../errors.ts';
import { isUuid } from '../ids/job-id.ts';
import type { ReportSpec } from '../job.ts';
import type { ChosenList } from '../lists/saved-list.ts';
import { MS_PER_HOUR } from '../time.ts';
import type { CalendarRule } from './calendar-rule.ts';
import { occurrencesAfter } from './calendar-rule.ts';

/** A week is Monday to Sunday. Each ends before the day of the run, whose own data is not whole. */
export const RANGES = ['previous_month', 'previous_week', 'yesterday', 'trailing_n_days'] as const;
export type RangeName = (typeof RANGES)[number];

export type RangeRule =
  | { readonly name: Exclude<RangeName, 'trailing_n_days'> }
  | { readonly name: 'trailing_n_days'; readonly days: number };

/** What to do with a run whose data is missing at the deadline. */
export const ON_INCOMPLETE = ['run', 'skip'] as const;
export type OnIncomplete = (typeof ON_INCOMPLETE)[number];

/** Two days: a feed that failed at night is repaired in the morning, and a weekend's on Monday. */
export const DEFAULT_DEADLINE_HOURS = 48;
/** A month: to wait longer for a month's data, schedule the month after. */
export const MAX_DEADLINE_HOURS = 744;
/** Ten years. */
export const MAX_TRAILING_DAYS = 3660;

export const SCHEDULE_STATES = ['active', 'paused'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

/** A schedule is never addressed without its owner. */
export interface ScheduleKey {
  readonly accountId: string;
  readonly id: string;
}

/** What the jobs of a schedule have in common. */
export type ReportTemplate = Omit<ReportSpec, 'startDate' | 'endDate'>;

/** What a schedule does, as requested. */
export interface SchedulePlan {
  readonly rule: CalendarRule;
  readonly range: RangeRule;
  /** How long a run waits for its data. */
  readonly deadlineHours: number;
  readonly onIncomplete: OnIncomplete;
  readonly template: ReportTemplate;
  readonly callbackUrl: string | null;
}

/** A schedule as it is asked for. */
export interface ScheduleRequest extends SchedulePlan {
  /** Distinct, in the order of the request; none where a list is given. */
  readonly propertyIds: ReadonlySet<number>;
  /** In their place a list, by its id or its name, or all properties (`@all`). */
  readonly propertyList?: string;
}

export interface Schedule extends ScheduleKey, SchedulePlan {
  /** With a list: as many as it held when the schedule was made. */
  readonly propertyCount: number;
  /** What each run exports as it is then; null for ids of its own. */
  readonly list: ChosenList | null;
  /** The owner of its jobs: the credential that created the schedule, or that resumed it last. */
  readonly credentialId: string;
  /** Its runs are refused until someone resumes it with another one. */
  readonly credentialRevoked: boolean;
  /** How many of its properties the account may not see: its runs are refused while there are any. */
  readonly withheld: number;
  readonly state: ScheduleState;
  /** The next planned instant; null while paused. */
  readonly nextAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const SCHEDULE_NEEDS = ['credential', 'properties'] as const;
type ScheduleNeed = (typeof SCHEDULE_NEEDS)[number];

/** What a schedule lacks for its runs to be accepted; null if nothing is known to be missing. */
export function needOf({ credentialRevoked, withheld }: Schedule): ScheduleNeed | null {
  if (credentialRevoked) return 'credential';
  return withheld > 0 ? 'properties' : null;
}

/** `waiting` for its data, or for a server that takes work · `submitted` as a job · `skipped` on purpose · `failed` because the job was refused. */
export const RUN_STATES = ['waiting', 'submitted', 'skipped', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface DayRange {
  /** Inclusive calendar days, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly endDate: string;
}

export interface RunKey {
  readonly accountId: string;
  readonly scheduleId: string;
  /** The planned instant: one run for each. */
  readonly plannedAt: Date;
}

/** Why a run waits, was skipped or failed: for programs, and for people. */
export interface RunReason {
  /** One of ours, or a code of the error catalogue. */
  readonly code: string;
  readonly message: string;
}

export interface ScheduleRun extends RunKey, DayRange {
  readonly state: RunState;
  /** Until when it waits for its data. */
  readonly deadlineAt: Date;
  readonly jobId: string | null;
  /** True if the last day of the range was there when the job was made; null without a job. */
  readonly dataComplete: boolean | null;
  readonly reason: RunReason | null;
}

export interface PlannedRun extends DayRange {
  readonly plannedAt: Date;
  readonly deadlineAt: Date;
  /** Null for a waiting run. */
  readonly skipped: RunReason | null;
}

/** What one look at a run comes to. */
export type RunOutcome =
  | { readonly state: 'waiting'; readonly checkAt: Date; readonly reason: RunReason }
  | { readonly state: 'submitted'; readonly jobId: string; readonly dataComplete: boolean }
  | { readonly state: 'skipped' | 'failed'; readonly reason: RunReason };

/** A schedule's id as a path gives it, in lower case. Throws `invalid_parameter` if it is not a UUID. */
export function parseScheduleId(text: string): string {
  if (!isUuid(text)) throw new ConveyanceError('invalid_parameter', 'schedule_id must be a valid UUID');
  return text.toLowerCase();
}

/** The days that a run of this day exports. */
export function rangeOn(range: RangeRule, day: string): DayRange {
  const yesterday = addDays(day, -1);
  switch (range.name) {
    case 'yesterday':
      return { startDate: yesterday, endDate: yesterday };
    case 'trailing_n_days':
      return { startDate: addDays(day, -range.days), endDate: yesterday };
    case 'previous_week': {
      const monday = addDays(day, -weekdayOf(day));
      return { startDate: addDays(monday, -7), endDate: addDays(monday, -1) };
    }
    case 'previous_month': {
      const month = monthOf(addDays(`${monthOf(day)}-01`, -1));
      return { startDate: `${month}-01`, endDate: lastDayOfMonth(month) };
    }
  }
}

/** A month of daily runs. A longer outage is not made up for unasked: the range can be exported as one job. */
export const MAX_CATCH_UP_RUNS = 31;
/** An occurrence costs a quarter of a millisecond, so this many block nobody. */
const PLANNED_AT_ONCE = 100;

export const PAUSED_RUN: RunReason = { code: 'paused', message: 'The schedule was paused while the run waited' };

const BEYOND_CATCH_UP: RunReason = {
  code: 'catch_up_limit',
  message: `The server was not running then; of what it missed it makes up for the latest ${MAX_CATCH_UP_RUNS} runs`,
};

/**
 * The runs that are due, from the schedule's next instant on, and the instant to continue from, which is itself due if there are too
 * many for one batch. After an outage the latest runs are made up for; such a run waits for its data from now on, because what
 * stopped the server may have delayed the data too.
 */
export function planRuns(
  { rule, range, deadlineHours }: Pick<SchedulePlan, 'rule' | 'range' | 'deadlineHours'>,
  nextAt: Date,
  now: Date,
): { readonly runs: readonly PlannedRun[]; readonly nextAt: Date } {
  const due = [];
  let next = nextAt;
  for (const occurrence of occurrencesAfter(rule, new Date(nextAt.getTime() - 1))) {
    next = occurrence.at;
    if (next > now || due.length === PLANNED_AT_ONCE) break;
    due.push(occurrence);
  }
  const skipped = Math.max(0, due.length - MAX_CATCH_UP_RUNS);
  const isAll = next > now;
  const deadlineAt = new Date(now.getTime() + deadlineHours * MS_PER_HOUR);
  const runs = due.slice(0, isAll ? due.length : skipped).map(({ day, at }, index) => ({
    plannedAt: at,
    deadlineAt,
    ...rangeOn(range, day),
    skipped: index < skipped ? BEYOND_CATCH_UP : null,
  }));
  return { runs, nextAt: isAll ? next : (due[skipped]?.at ?? next) };
}
