/** What a customer can do with the schedules of its account. */
import { type Caller, requirePermission } from '../../core/access.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { encodePropertyIdSet } from '../../core/ids/property-ids.ts';
import type { Page, PageRequest } from '../../core/pages.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { firstAfter } from '../../core/schedules/calendar-rule.ts';
import {
  parseScheduleId,
  type Schedule,
  type ScheduleKey,
  type ScheduleRequest,
  type ScheduleRun,
} from '../../core/schedules/schedule.ts';
import { resolveList } from '../../properties/lists/resolve.ts';
import { onCurrentData } from '../../warehouse/on-current-data.ts';
import { readInTurn } from '../../warehouse/visible.ts';
import { requireProperties } from '../create/check-request.ts';

function found<Value>(value: Value | null): Value {
  if (value !== null) return value;
  throw new ConveyanceError('not_found', 'Schedule with the specified ID does not exist');
}

function keyOf({ accountId }: Caller, scheduleId: string): ScheduleKey {
  return { accountId, id: parseScheduleId(scheduleId) };
}

/** A schedule as it was made, and what its runs would leave out now. */
export interface CreatedSchedule extends Schedule {
  readonly warnings: readonly string[];
}

/** A list is judged now, so that a name which is none is told at once; each run judges it again. */
async function listOfSchedule(
  deps: Pick<Deps, 'db' | 'engine'>,
  { accountId }: Caller,
  { propertyIds, propertyList }: ScheduleRequest,
) {
  if (propertyList === undefined) return { list: null, propertyCount: propertyIds.size, warnings: [] };
  const resolved = await deps.engine.lookUp({ accountId, size: 'small' }, (ask) =>
    onCurrentData(() => resolveList(deps, accountId, propertyList, ask)),
  );
  const { id, name } = resolved.list;
  return { list: { id, name }, propertyCount: resolved.propertyIds.size, warnings: resolved.warnings };
}

/** Checks the request like a job's creation, except for the quota, which each run checks. The first run is at the rule's next instant. */
export async function createSchedule(
  deps: Pick<Deps, 'db' | 'engine' | 'clock' | 'ids' | 'policy'>,
  caller: Caller,
  request: ScheduleRequest,
): Promise<CreatedSchedule> {
  const { db, clock, ids, policy } = deps;
  requirePermission(caller, 'change schedules');
  const { propertyIds, propertyList: _asked, ...plan } = request;
  const { list, propertyCount, warnings } = await listOfSchedule(deps, caller, request);
  const schedule = {
    ...plan,
    accountId: caller.accountId,
    id: ids(),
    propertyIds: encodePropertyIdSet(propertyIds),
    propertyCount,
    list,
    credentialId: caller.credentialId,
    nextAt: firstAfter(plan.rule, clock()),
  };
  const read = readInTurn(deps, caller);
  const made = await db.inTurn(caller.accountId, async () => {
    if (list === null) await requireProperties(deps, caller, { propertyIds }, read);
    return db.schedules.insert(schedule, policy.schedulesPerAccount);
  });
  return { ...made, warnings };
}

/** A schedule of the caller's account. Another account's does not exist for it. */
export async function readSchedule({ db }: Pick<Deps, 'db'>, caller: Caller, scheduleId: string): Promise<Schedule> {
  requirePermission(caller, 'view schedules');
  return found(await db.schedules.get(keyOf(caller, scheduleId)));
}

export async function listSchedules(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  request: PageRequest,
): Promise<Page<Schedule>> {
  requirePermission(caller, 'view schedules');
  return db.schedules.list(caller.accountId, request);
}

/** The schedule's runs, latest first. */
export async function listScheduleRuns(
  { db }: Pick<Deps, 'db'>,
  caller: Caller,
  scheduleId: string,
  request: PageRequest,
): Promise<Page<ScheduleRun>> {
  return db.schedules.runs(await readSchedule({ db }, caller, scheduleId), request);
}

/** The schedule's property ids, encoded as `decodePropertyIds` reads them. */
export async function schedulePropertyIds({ db }: Pick<Deps, 'db'>, key: ScheduleKey): Promise<Uint8Array> {
  return found(await db.schedules.propertyIds(key));
}

/** Makes no more jobs. Waiting runs are skipped; jobs already made continue. Pausing twice is fine. */
export async function pauseSchedule({ db }: Pick<Deps, 'db'>, caller: Caller, scheduleId: string): Promise<Schedule> {
  requirePermission(caller, 'change schedules');
  return found(await db.schedules.pause(keyOf(caller, scheduleId)));
}

/**
 * Continues with the rule's next instant: what was missed while paused is not made up for. From now on the schedule's jobs belong to
 * the credential that resumes it, even if it was not paused: so it outlives the credential that created it.
 */
export async function resumeSchedule(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  caller: Caller,
  scheduleId: string,
): Promise<Schedule> {
  requirePermission(caller, 'change schedules');
  const { rule, ...key } = found(await db.schedules.get(keyOf(caller, scheduleId)));
  const nextAt = firstAfter(rule, clock());
  return found(await db.schedules.resume(key, { nextAt, credentialId: caller.credentialId }));
}

/** Removes the schedule with its runs and returns it; its jobs stay. */
export async function deleteSchedule({ db }: Pick<Deps, 'db'>, caller: Caller, scheduleId: string): Promise<Schedule> {
  requirePermission(caller, 'change schedules');
  return found(await db.schedules.delete(keyOf(caller, scheduleId)));
}
