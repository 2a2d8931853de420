/** The clock of schedules. Any number of processes may run it at the same time: each instant gives one run, and a run at most one job. */
import { DatabaseAway } from '../../core/passing-fault.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { planRuns, type RunState, type ScheduleKey } from '../../core/schedules/schedule.ts';
import { runSchedule } from './run.ts';

/** From the database in one query; the rest is fetched when these are done. */
const BATCH = 1000;

type Ticking = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'ids' | 'log' | 'policy' | 'meter' | 'tracer'>;

/** How many runs were planned, and what became of those that were looked at. */
export type TickCounts = { planned: number } & Record<RunState, number>;

/** Writes the schedule's due runs and its next instant: both or neither. Returns how many runs; null if another process has it. */
function planSchedule({ db }: Ticking, key: ScheduleKey, now: Date): Promise<number | null> {
  return db.transaction(async ({ schedules }) => {
    const schedule = await schedules.take(key, now);
    if (schedule === null || schedule.nextAt === null) return null;
    const { runs, nextAt } = planRuns(schedule, schedule.nextAt, now);
    await schedules.plan(key, runs, nextAt);
    return runs.length;
  });
}

interface Round {
  readonly log: Deps['log'];
  readonly stopped: AbortSignal;
}

/** Does everything that is due, batch after batch, until nothing is left, nothing more can be done, or the process stops. */
async function exhaust<Key extends object, Result>(
  { log, stopped }: Round,
  next: () => Promise<readonly Key[]>,
  work: (key: Key) => Promise<Result | null>,
  count: (result: Result) => void,
): Promise<void> {
  for (let progressed = true; progressed && !stopped.aborted; ) {
    progressed = false;
    for (const key of await next()) {
      if (stopped.aborted) return;
      try {
        const result = await work(key);
        if (result === null) continue;
        count(result);
        progressed = true;
      } catch (error) {
        // Without the database nothing can be done for the others either.
        if (error instanceof DatabaseAway) throw error;
        // One schedule's error must not affect the others; it is due again at the next tick.
        log.error('schedule-failed', { ...key, error });
      }
    }
  }
}

/**
 * Plans every run whose instant has come, and makes the jobs of all runs whose data is there or whose wait is over. A process
 * that stops leaves the rest to the next tick, its own or another's.
 */
export async function tickSchedules(
  deps: Ticking,
  stopped: AbortSignal = new AbortController().signal,
): Promise<TickCounts> {
  const { db, log, clock } = deps;
  const round = { log, stopped };
  const now = clock();
  const tally: TickCounts = { planned: 0, waiting: 0, submitted: 0, skipped: 0, failed: 0 };
  await exhaust(
    round,
    () => db.schedules.due(now, BATCH),
    (key) => planSchedule(deps, key, now),
    (runs) => {
      tally.planned += runs;
    },
  );
  let current: Promise<DataVersion | null> | undefined;
  const readCurrent = () => {
    current ??= db.warehouse.current();
    return current;
  };
  await exhaust(
    round,
    () => db.schedules.dueRuns(now, BATCH),
    (key) => runSchedule(deps, key, now, readCurrent),
    ({ state }) => {
      tally[state] += 1;
    },
  );
  return tally;
}
