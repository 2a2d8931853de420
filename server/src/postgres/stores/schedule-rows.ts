/** Schedules and their runs between the tables and the words of the core. */
import { type Selectable, sql } from 'kysely';
import { type ChosenList, EVERYTHING } from '../../core/lists/saved-list.ts';
import type { NewSchedule } from '../../core/ports/database/schedules.ts';
import type { CalendarRule } from '../../core/schedules/calendar-rule.ts';
import type {
  PlannedRun,
  RangeRule,
  RunReason,
  RunState,
  Schedule,
  ScheduleKey,
  ScheduleRun,
} from '../../core/schedules/schedule.ts';
import type { ScheduleRunsTable, SchedulesTable } from '../tables/schedule-tables.ts';

/** All but the ids, of which there may be 2 MB. */
const STORED_COLUMNS = [
  'account_id',
  'id',
  'frequency',
  'day_of_month',
  'weekday',
  'local_time',
  'time_zone',
  'range',
  'range_days',
  'deadline_hours',
  'on_incomplete',
  'report_type',
  'output_format',
  'columns',
  'compression',
  'csv_profile',
  'name',
  'callback_url',
  'property_count',
  'credential_id',
  'withheld',
  'list_id',
  'all_properties',
  'state',
  'next_at',
  'created_at',
  'updated_at',
] as const;

/** Looked up with every row: a revocation writes nothing here, and holds for all schedules at once. */
const CREDENTIAL_REVOKED =
  sql<boolean>`(select c.revoked_at is not null from credentials c where c.id = schedules.credential_id)`.as(
    'credential_revoked',
  );

/** Looked up too: a list may be renamed. */
const LIST_NAME = sql<string | null>`(
  select l.name from property_lists l where l.account_id = schedules.account_id and l.id = schedules.list_id
)`.as('list_name');

export const SCHEDULE_COLUMNS = [...STORED_COLUMNS, CREDENTIAL_REVOKED, LIST_NAME] as const;

type ScheduleRow = Pick<Selectable<SchedulesTable>, (typeof STORED_COLUMNS)[number]> & {
  readonly credential_revoked: boolean;
  readonly list_name: string | null;
};

/** The fallbacks are for the compiler: the table's checks say which fields there are. */
function toRule({
  frequency,
  day_of_month,
  weekday,
  local_time: time,
  time_zone: timeZone,
}: ScheduleRow): CalendarRule {
  switch (frequency) {
    case 'monthly':
      return { frequency, dayOfMonth: day_of_month ?? 1, time, timeZone };
    case 'weekly':
      return { frequency, weekday: weekday ?? 'monday', time, timeZone };
    case 'daily':
      return { frequency, time, timeZone };
  }
}

function toRange({ range, range_days }: ScheduleRow): RangeRule {
  return range === 'trailing_n_days' ? { name: range, days: range_days ?? 1 } : { name: range };
}

function toChosen({ list_id: id, all_properties: isAll, list_name: name }: ScheduleRow): ChosenList | null {
  if (isAll) return EVERYTHING;
  return id === null ? null : { id, name: name ?? id };
}

export function toSchedule(row: ScheduleRow): Schedule {
  return {
    accountId: row.account_id,
    id: row.id,
    rule: toRule(row),
    range: toRange(row),
    deadlineHours: row.deadline_hours,
    onIncomplete: row.on_incomplete,
    template: {
      reportType: row.report_type,
      outputFormat: row.output_format,
      columns: row.columns,
      compression: row.compression,
      csvProfile: row.csv_profile,
      name: row.name,
    },
    callbackUrl: row.callback_url,
    propertyCount: row.property_count,
    list: toChosen(row),
    credentialId: row.credential_id,
    credentialRevoked: row.credential_revoked,
    withheld: row.withheld,
    state: row.state,
    nextAt: row.next_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function toRun(row: Selectable<ScheduleRunsTable>): ScheduleRun {
  return {
    accountId: row.account_id,
    scheduleId: row.schedule_id,
    plannedAt: row.planned_at,
    startDate: row.start_date,
    endDate: row.end_date,
    state: row.state,
    deadlineAt: row.deadline_at,
    jobId: row.job_id,
    dataComplete: row.data_complete,
    reason: row.reason_code === null ? null : { code: row.reason_code, message: row.reason ?? '' },
  };
}

export function reasonColumns(reason: RunReason | null) {
  return { reason_code: reason?.code ?? null, reason: reason?.message ?? null };
}

/** What a new schedule is stored as. */
export function scheduleColumns(schedule: NewSchedule) {
  const { rule, range, template } = schedule;
  return {
    account_id: schedule.accountId,
    id: schedule.id,
    frequency: rule.frequency,
    day_of_month: rule.frequency === 'monthly' ? rule.dayOfMonth : null,
    weekday: rule.frequency === 'weekly' ? rule.weekday : null,
    local_time: rule.time,
    time_zone: rule.timeZone,
    range: range.name,
    range_days: range.name === 'trailing_n_days' ? range.days : null,
    deadline_hours: schedule.deadlineHours,
    on_incomplete: schedule.onIncomplete,
    report_type: template.reportType,
    output_format: template.outputFormat,
    columns: template.columns === null ? null : [...template.columns],
    compression: template.compression,
    csv_profile: template.csvProfile,
    name: template.name,
    callback_url: schedule.callbackUrl,
    property_ids: schedule.propertyIds,
    property_count: schedule.propertyCount,
    list_id: schedule.list?.id ?? null,
    all_properties: schedule.list?.id === null,
    credential_id: schedule.credentialId,
    next_at: schedule.nextAt,
  };
}

/** What a planned run is stored as. */
export function runColumns(
  { accountId, id }: ScheduleKey,
  { plannedAt, deadlineAt, startDate, endDate, skipped }: PlannedRun,
) {
  const state: RunState = skipped === null ? 'waiting' : 'skipped';
  return {
    account_id: accountId,
    schedule_id: id,
    planned_at: plannedAt,
    start_date: startDate,
    end_date: endDate,
    state,
    deadline_at: deadlineAt,
    check_at: skipped === null ? plannedAt : null,
    ...reasonColumns(skipped),
  };
}
