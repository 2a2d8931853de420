/** The clockwork of schedules. Any number of processes may run it at once: each instant gives one run, and a run at most one job. */
import type { Tables } from '../core/database.ts';
import type { Deps } from '../core/ports.ts';
import { planRuns, type RunKey, type RunOutcome, type RunState, type ScheduleKey } from '../core/schedule.ts';
import { judgeFailure, judgeRun } from './run-schedule.ts';

/** At once from the database; what is left over is asked for when these are done. */
const BATCH = 1000;

export type Ticking = Pick<Deps, 'db' | 'store' | 'clock' | 'ids' | 'log' | 'policy'>;

/** Runs that were planned, and what became of runs. */
export type TickTally = { planned: number } & Record<RunState, number>;

/** Writes the schedule's due runs and what comes next: both or neither. Returns how many runs; null when another process has it. */
function planSchedule({ db }: Ticking, key: ScheduleKey, now: Date): Promise<number | null> {
  return db.transaction(async ({ schedules }) => {
    const schedule = await schedules.take(key, now);
    if (schedule === null || schedule.nextAt === null) return null;
    const { runs, nextAt } = planRuns(schedule, schedule.nextAt, now);
    await schedules.plan(key, runs, nextAt);
    return runs.length;
  });
}

/** Decides about a run that is due and writes that down, with the job if it comes to one: both or neither. Null when another process has it. */
function settleRun(
  { db }: Ticking,
  key: RunKey,
  now: Date,
  decide: (tx: Tables, taken: NonNullable<Awaited<ReturnType<Tables['schedules']['takeRun']>>>) => Promise<RunOutcome>,
): Promise<RunOutcome | null> {
  return db.transaction(async (tx) => {
    const taken = await tx.schedules.takeRun(key, now);
    if (taken === null) return null;
    const outcome = await decide(tx, taken);
    await tx.schedules.settleRun(key, outcome);
    return outcome;
  });
}

async function runSchedule(deps: Ticking, key: RunKey, now: Date): Promise<RunOutcome | null> {
  let outcome: RunOutcome | null;
  try {
    outcome = await settleRun(deps, key, now, (tx, taken) => judgeRun(deps, tx, taken, now));
  } catch (error) {
    // The transaction is gone with all that it did; why is written in one of its own.
    outcome = await settleRun(deps, key, now, async () => judgeFailure(deps, key, error, now));
  }
  if (outcome !== null && outcome.state !== 'waiting') {
    const { accountId, scheduleId, plannedAt } = key;
    deps.log.info('schedule-run', { accountId, scheduleId, plannedAt, ...outcome });
  }
  return outcome;
}

/** Does all that is due, batch after batch, until there is nothing left or nothing more is to be done about it. */
async function exhaust<Key extends object, Result>(
  log: Deps['log'],
  next: () => Promise<readonly Key[]>,
  work: (key: Key) => Promise<Result | null>,
  count: (result: Result) => void,
): Promise<void> {
  for (let progressed = true; progressed; ) {
    progressed = false;
    for (const key of await next()) {
      try {
        const result = await work(key);
        if (result === null) continue;
        count(result);
        progressed = true;
      } catch (error) {
        // One schedule's trouble is not the others'; it is due again at the next tick.
        log.error('schedule-failed', { ...key, error });
      }
    }
  }
}

/** Plans every run whose instant has come, and makes the jobs of all runs whose data is there or waited for long enough. */
export async function tickSchedules(deps: Ticking): Promise<TickTally> {
  const { db, log, clock } = deps;
  const now = clock();
  const tally: TickTally = { planned: 0, waiting: 0, submitted: 0, skipped: 0, failed: 0 };
  await exhaust(
    log,
    () => db.schedules.due(now, BATCH),
    (key) => planSchedule(deps, key, now),
    (runs) => {
      tally.planned += runs;
    },
  );
  await exhaust(
    log,
    () => db.schedules.dueRuns(now, BATCH),
    (key) => runSchedule(deps, key, now),
    ({ state }) => {
      tally[state] += 1;
    },
  );
  return tally;
}
