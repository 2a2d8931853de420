/** What the database keeps of schedules and their runs. */
import type { ChosenList } from '../../lists/saved-list.ts';
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
import type { Grants } from './accounts.ts';

export interface NewSchedule extends ScheduleKey, SchedulePlan {
  /** As `encodePropertyIds` writes them: distinct, in the order of the request. */
  readonly propertyIds: Uint8Array;
  readonly propertyCount: number;
  /** In the place of ids; null or left out where there are ids. */
  readonly list?: ChosenList | null;
  readonly credentialId: string;
  readonly nextAt: Date;
}

/** Schedules and their runs. Planning runs, turning one into a job, and pausing or deleting a schedule hold its row: over all processes, one at a time. */
export interface ScheduleStore {
  /**
   * Throws `rate_limited` if the account has `most` schedules: never more, even for simultaneous requests. Without a number there is no
   * limit. Throws `invalid_parameter` if its list was deleted meanwhile.
   */
  insert(schedule: NewSchedule, most?: number): Promise<Schedule>;
  get(key: ScheduleKey): Promise<Schedule | null>;
  /** Newest first. */
  list(accountId: string, request: PageRequest): Promise<Page<Schedule>>;
  /** Those that act for the credential, of whatever account, newest first. */
  ofCredential(credentialId: string): Promise<readonly Schedule[]>;
  /** Inside a transaction that changes what the account may see: counts anew what each of its schedules lacks. Those that lack any, newest first. */
  countWithheld(accountId: string, grants: Grants): Promise<readonly Schedule[]>;
  /** The encoded ids of the request, or null if there is no such schedule. */
  propertyIds(key: ScheduleKey): Promise<Uint8Array | null>;
  /** Plans nothing from now on; waiting runs are skipped for that reason. Null if there is no such schedule. */
  pause(key: ScheduleKey): Promise<Schedule | null>;
  /** Continues from `nextAt`, or as planned if it was not paused; from now on its jobs belong to the credential. Null if there is no such schedule. */
  resume(key: ScheduleKey, terms: { readonly nextAt: Date; readonly credentialId: string }): Promise<Schedule | null>;
  /** Removes it with its runs and returns it as it was; the jobs stay. Null if there is no such schedule. */
  delete(key: ScheduleKey): Promise<Schedule | null>;
  /** The latest first. */
  runs(key: ScheduleKey, request: PageRequest): Promise<Page<ScheduleRun>>;

  /** Schedules whose next instant has come, the earliest first. */
  due(now: Date, limit: number): Promise<readonly ScheduleKey[]>;
  /** Inside a transaction: holds the schedule until its end. Null, without waiting, if it is no longer due or another transaction holds it. */
  take(key: ScheduleKey, now: Date): Promise<Schedule | null>;
  /** Writes the runs of a held schedule, and its next instant. An instant that already has a run keeps it. */
  plan(key: ScheduleKey, runs: readonly PlannedRun[], nextAt: Date): Promise<void>;
  /** Waiting runs that are due for a look, earliest first. */
  dueRuns(now: Date, limit: number): Promise<readonly RunKey[]>;
  /**
   * Takes a due run for a look: nobody else gets it before `until`, when it is due again if nothing was settled. Null if it
   * is no longer due.
   */
  claimRun(
    key: RunKey,
    terms: { readonly now: Date; readonly until: Date },
  ): Promise<{ readonly run: ScheduleRun; readonly schedule: Schedule } | null>;
  /** Inside a transaction: holds the run and its schedule until its end. False if the run no longer waits. */
  holdRun(key: RunKey): Promise<boolean>;
  /** Writes what became of a run. False, and nothing written, if it no longer waits. */
  settleRun(key: RunKey, outcome: RunOutcome): Promise<boolean>;
}
