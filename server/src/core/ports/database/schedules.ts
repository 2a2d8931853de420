/** What the database keeps of schedules and their runs. */
import type { Page, PageRequest } from '../../pages.ts';
import type {
  PlannedRun,
  RunKey,
  RunOutcome,
  Schedule,
  ScheduleKey,
  SchedulePlan,
  ScheduleRun,
} from '../../schedules/schedule.ts';

export interface NewSchedule extends ScheduleKey, SchedulePlan {
  /** As `encodePropertyIds` writes them: distinct, in the order of the request. */
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
  readonly credentialId: string;
  readonly nextAt: Date;
}

/** Schedules and their runs. Whoever plans runs, makes a job of one, or pauses or deletes a schedule holds its row: over all processes one after the other. */
export interface ScheduleStore {
  insert(schedule: NewSchedule): Promise<Schedule>;
  get(key: ScheduleKey): Promise<Schedule | null>;
  /** Newest first. */
  list(accountId: string, request: PageRequest): Promise<Page<Schedule>>;
  /** The encoded ids of the request, or null when there is no such schedule. */
  propertyIds(key: ScheduleKey): Promise<Uint8Array | null>;
  /** Plans nothing from now on; runs that wait are skipped for that reason. Null when there is no such schedule. */
  pause(key: ScheduleKey): Promise<Schedule | null>;
  /** Goes on from `nextAt`, or as planned where it was not paused; its jobs are the credential's from now on. Null when there is no such schedule. */
  resume(key: ScheduleKey, terms: { readonly nextAt: Date; readonly credentialId: string }): Promise<Schedule | null>;
  /** Removes it with its runs and returns it as it was; the jobs stay. Null when there is no such schedule. */
  delete(key: ScheduleKey): Promise<Schedule | null>;
  /** The latest first. */
  runs(key: ScheduleKey, request: PageRequest): Promise<Page<ScheduleRun>>;

  /** Schedules whose next instant has come, the earliest first. */
  due(now: Date, limit: number): Promise<readonly ScheduleKey[]>;
  /** Inside a transaction: holds the schedule until its end. Null, at once, when it is no longer due or another transaction holds it. */
  take(key: ScheduleKey, now: Date): Promise<Schedule | null>;
  /** Writes the runs of a schedule that is held, and what comes next. An instant that has a run keeps it as it is. */
  plan(key: ScheduleKey, runs: readonly PlannedRun[], nextAt: Date): Promise<void>;
  /** Runs that wait and are to be looked at, the earliest first. */
  dueRuns(now: Date, limit: number): Promise<readonly RunKey[]>;
  /**
   * Takes a due run for a look at it: nobody else is given it before `until`, when it is due again if nothing was settled. Null when it
   * is no longer due.
   */
  claimRun(
    key: RunKey,
    terms: { readonly now: Date; readonly until: Date },
  ): Promise<{ readonly run: ScheduleRun; readonly schedule: Schedule } | null>;
  /** Inside a transaction: holds the run and its schedule until its end. False when the run does not wait any more. */
  holdRun(key: RunKey): Promise<boolean>;
  /** Writes what became of a run. False, and nothing written, when it does not wait any more. */
  settleRun(key: RunKey, outcome: RunOutcome): Promise<boolean>;
}
