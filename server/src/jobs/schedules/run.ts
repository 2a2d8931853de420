/** One look at a run: does it wait, become a job, or come to nothing? */

import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError, ERRORS, isConveyanceError } from '../../core/errors.ts';
import { decodePropertyIds } from '../../core/ids/property-ids.ts';
import type { ReportRequest } from '../../core/job.ts';
import { callerOf } from '../../core/logins/credentials.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { RunKey, RunOutcome, Schedule, ScheduleRun } from '../../core/schedules/schedule.ts';
import { MS_PER_SECOND } from '../../core/time.ts';
import { acceptOn } from '../create/accept.ts';
import { judgeReport } from '../create/report-job.ts';
import { selectProperties } from '../create/select-properties.ts';
import { mayReachDay, reachesDay } from './data-complete.ts';
import { schedulePropertyIds } from './schedules.ts';

type Running = Pick<Deps, 'db' | 'engine' | 'store' | 'clock' | 'ids' | 'log' | 'policy' | 'meter' | 'tracer'>;

interface ClaimedRun {
  readonly run: ScheduleRun;
  readonly schedule: Schedule;
}

/**
 * Between two looks at a run: data arrives once a day, and a thousand waiting runs are few queries. Also how long a process has for one
 * look before another process may take it; a million properties take some 4 s.
 */
const CHECK_SECONDS = 60;

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * MS_PER_SECOND);
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

/** Null if the run continues with the data there is. */
function withoutData({ run, schedule }: ClaimedRun, now: Date): RunOutcome | null {
  const { endDate, deadlineAt } = run;
  if (now < deadlineAt) {
    const message = `Waits until the data reaches ${endDate}`;
    const checkAt = earlier(deadlineAt, later(now, CHECK_SECONDS));
    return { state: 'waiting', checkAt, reason: { code: 'data_incomplete', message } };
  }
  if (schedule.onIncomplete === 'run') return null;
  const message = `The data did not reach ${endDate} by the deadline`;
  return { state: 'skipped', reason: { code: 'data_incomplete', message } };
}

async function callerFor(deps: Running, { credentialId }: Schedule): Promise<Caller> {
  const caller = await callerOf(deps, credentialId);
  if (caller === null) {
    const message = 'The credential that the schedule acts for was revoked; resume the schedule with another one';
    throw new ConveyanceError('unauthorized', message);
  }
  requirePermission(caller, 'create jobs');
  return caller;
}

type Named = Pick<ReportRequest, 'propertyIds' | 'propertyList'>;

/** What each run asks for: a list by its id, so that it may be renamed. */
async function namedBy(deps: Running, schedule: Schedule): Promise<Named> {
  const { list } = schedule;
  if (list !== null) return { propertyIds: new Set(), propertyList: list.id ?? list.name };
  return { propertyIds: new Set(decodePropertyIds(await schedulePropertyIds(deps, schedule))) };
}

/** Whether the data of what is named has reached the run’s last day. Lists are not looked at before any data has. */
async function isDataThere(
  deps: Running,
  caller: Caller,
  { run, schedule }: ClaimedRun,
  named: Named,
  current: DataVersion | null,
): Promise<boolean> {
  const { reportType } = schedule.template;
  if (current === null || !mayReachDay(current, reportType, run.endDate)) return false;
  const { propertyIds } = named.propertyList === undefined ? named : await selectProperties(deps, caller, named);
  return reachesDay(current, reportType, propertyIds, run.endDate);
}

/** Makes the run's job and records it in the run, in one transaction. Null if the run was settled meanwhile. */
async function submitRun(
  deps: Running,
  caller: Caller,
  { run, schedule }: ClaimedRun,
  named: Named,
): Promise<RunOutcome | null> {
  const { startDate, endDate } = run;
  const { template, callbackUrl } = schedule;
  const spec = { ...template, startDate, endDate };
  const { request, version } = await judgeReport(deps, caller, { spec, ...named, callbackUrl });
  const dataComplete = reachesDay(version, template.reportType, decodePropertyIds(request.properties.encoded), endDate);
  const outcome: RunOutcome = { state: 'submitted', jobId: request.id, dataComplete };
  const job = await acceptOn(deps, request, async (tx, accept) => {
    if (!(await tx.schedules.holdRun(run))) return null;
    const made = await accept();
    await tx.schedules.settleRun(run, outcome);
    return made;
  });
  return job === null ? null : outcome;
}

/** If the job is refused, the run fails with the same words. If there is no turn for it now, or the server takes no work or fails, the run is tried again. */
function outcomeOf({ log }: Pick<Deps, 'log'>, key: RunKey, error: unknown, now: Date): RunOutcome {
  if (isConveyanceError(error, 'unavailable') || isConveyanceError(error, 'rate_limited')) {
    const { code, message, retryAfterSeconds = CHECK_SECONDS } = error;
    return { state: 'waiting', checkAt: later(now, retryAfterSeconds), reason: { code, message } };
  }
  if (isConveyanceError(error) && error.code !== 'internal' && ERRORS[error.code].status !== null) {
    return { state: 'failed', reason: { code: error.code, message: error.message } };
  }
  const { accountId, scheduleId, plannedAt } = key;
  log.error('schedule-run-error', { accountId, scheduleId, plannedAt, error });
  const reason = { code: 'internal', message: 'The server failed; it tries again' };
  return { state: 'waiting', checkAt: later(now, CHECK_SECONDS), reason };
}

async function look(
  deps: Running,
  claimed: ClaimedRun,
  now: Date,
  readCurrent: () => Promise<DataVersion | null>,
): Promise<RunOutcome | null> {
  const { run, schedule } = claimed;
  const caller = await callerFor(deps, schedule);
  const named = await namedBy(deps, schedule);
  const isThere = await isDataThere(deps, caller, claimed, named, await readCurrent());
  const outcome = isThere ? null : withoutData(claimed, now);
  if (outcome === null) return submitRun(deps, caller, claimed, named);
  return (await deps.db.schedules.settleRun(run, outcome)) ? outcome : null;
}

/**
 * Looks at a run and records the outcome: it waits, it becomes a job, or it does not. `readCurrent` gives the warehouse's version.
 * Null if another process has the run, or it was settled meanwhile.
 */
export async function runSchedule(
  deps: Running,
  key: RunKey,
  now: Date,
  readCurrent: () => Promise<DataVersion | null>,
): Promise<RunOutcome | null> {
  const { schedules } = deps.db;
  const claimed = await schedules.claimRun(key, { now, until: later(now, CHECK_SECONDS) });
  if (claimed === null) return null;
  let outcome: RunOutcome | null;
  try {
    outcome = await look(deps, claimed, now, readCurrent);
  } catch (error) {
    const failed = outcomeOf(deps, key, error, now);
    outcome = (await schedules.settleRun(key, failed)) ? failed : null;
  }
  if (outcome !== null && outcome.state !== 'waiting') {
    const { accountId, scheduleId, plannedAt } = key;
    deps.log.info('schedule-run', { accountId, scheduleId, plannedAt, ...outcome });
  }
  return outcome;
}
