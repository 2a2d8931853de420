/** One look at a run: does it wait, become a job, or come to nothing? */
import { requireScope } from '../core/access.ts';
import { callerOf } from '../core/credentials.ts';
import type { Tables } from '../core/database.ts';
import { ConveyanceError, ERRORS, isConveyanceError } from '../core/errors.ts';
import type { Deps } from '../core/ports.ts';
import { decodePropertyIds } from '../core/property-ids.ts';
import type { RunKey, RunOutcome, Schedule, ScheduleRun } from '../core/schedule.ts';
import { NO_PERMISSION } from './check-request.ts';
import { prepareJob } from './create.ts';
import { reachesDay } from './data-complete.ts';
import { schedulePropertyIds } from './schedules.ts';

type Running = Pick<Deps, 'db' | 'store' | 'clock' | 'ids' | 'log' | 'policy'>;

const MS_PER_SECOND = 1000;
/** Data comes once a day; a minute later is soon enough, and a thousand runs that wait are few questions. */
const CHECK_SECONDS = 60;

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * MS_PER_SECOND);
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

/** Null when the run goes on with the data that there is. */
function withoutData({ endDate, deadlineAt }: ScheduleRun, { onIncomplete }: Schedule, now: Date): RunOutcome | null {
  if (now < deadlineAt) {
    const message = `Waits until the data reaches ${endDate}`;
    const checkAt = earlier(deadlineAt, later(now, CHECK_SECONDS));
    return { state: 'waiting', checkAt, reason: { code: 'data_incomplete', message } };
  }
  if (onIncomplete === 'run') return null;
  const message = `The data did not reach ${endDate} by the deadline`;
  return { state: 'skipped', reason: { code: 'data_incomplete', message } };
}

/** Makes the run's job within the transaction, or tells why not. Throws what the creation of a job throws. */
export async function judgeRun(
  deps: Running,
  tx: Tables,
  { run, schedule }: { readonly run: ScheduleRun; readonly schedule: Schedule },
  now: Date,
): Promise<RunOutcome> {
  const { db } = deps;
  const caller = await callerOf(deps, schedule.credentialId);
  if (caller === null) {
    const message = 'The credential that the schedule acts for was revoked; resume the schedule with another one';
    throw new ConveyanceError('unauthorized', message);
  }
  requireScope(caller, 'exports:write', NO_PERMISSION);
  const { startDate, endDate } = run;
  const encodedIds = await schedulePropertyIds(deps, schedule);
  const reaches = (version: Parameters<typeof reachesDay>[0]) =>
    reachesDay(version, schedule.template.reportType, encodedIds, endDate);
  const current = await db.warehouse.current();
  if (current === null || !reaches(current)) {
    const outcome = withoutData(run, schedule, now);
    if (outcome !== null) return outcome;
  }
  const { version, accept } = await prepareJob(deps, caller, {
    spec: { ...schedule.template, startDate, endDate },
    propertyIds: new Set(decodePropertyIds(encodedIds)),
    callbackUrl: schedule.callbackUrl,
  });
  const job = await accept(tx);
  return { state: 'submitted', jobId: job.id, dataComplete: reaches(version) };
}

/** What a job's creation refuses fails the run in the same words. A server that takes no work now, or fails, is asked again. */
export function judgeFailure({ log }: Pick<Deps, 'log'>, key: RunKey, error: unknown, now: Date): RunOutcome {
  if (isConveyanceError(error, 'unavailable')) {
    const { code, message, retryAfterSeconds = CHECK_SECONDS } = error;
    return { state: 'waiting', checkAt: later(now, retryAfterSeconds), reason: { code, message } };
  }
  if (isConveyanceError(error) && error.code !== 'internal' && ERRORS[error.code].status !== null) {
    return { state: 'failed', reason: { code: error.code, message: error.message } };
  }
  log.error('schedule-run-error', { ...key, error });
  const reason = { code: 'internal', message: 'The server failed; it tries again' };
  return { state: 'waiting', checkAt: later(now, CHECK_SECONDS), reason };
}
