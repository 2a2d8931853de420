/** Schedules and their runs as the command line shows them. */
import type { ScheduleRun, ScheduleSummary } from '@conveyance/sdk';
import type { Instant, Output } from '../../terminal/output.ts';
import { formatCounted, formatTable } from '../../terminal/table.ts';

function when({ frequency, day_of_month, weekday, time, time_zone }: ScheduleSummary): string {
  const day = frequency === 'monthly' ? ` on day ${day_of_month}` : frequency === 'weekly' ? ` on ${weekday}` : '';
  return `${frequency}${day} at ${time} ${time_zone}`;
}

function days({ range, days: count }: ScheduleSummary): string {
  return count === null ? range : `${range} (${count})`;
}

/** Why its runs fail, beside the state that it has all the same. */
function stateOf({ state, needs }: ScheduleSummary): string {
  return needs === null || needs === undefined ? state : `${state}, needs ${needs}`;
}

/** A server of an earlier release tells of no list. */
function which({ property_list: list, property_count: count }: ScheduleSummary): string {
  return list ? `list ${list}` : formatCounted(count, 'property', 'properties');
}

export function printSchedule(out: Output, schedule: ScheduleSummary): void {
  const { report_type, output_format, data_deadline_hours, on_incomplete } = schedule;
  const rows = [
    ['schedule', schedule.schedule_id],
    ['name', schedule.name ?? '-'],
    ['state', stateOf(schedule)],
    ['next run', out.instant(schedule.next_run_at)],
    ['when', when(schedule)],
    ['exports', `${report_type}, ${output_format}, ${days(schedule)}, ${which(schedule)}`],
    ['data', `waited for up to ${data_deadline_hours} h, then ${on_incomplete}`],
    ['calls', schedule.callback_url ?? '-'],
  ];
  out.data(schedule, formatTable(rows));
}

export function scheduleTable(schedules: readonly ScheduleSummary[], instant: Instant): string {
  const header = ['SCHEDULE', 'STATE', 'WHEN', 'REPORT', 'FORMAT', 'DAYS', 'NEXT RUN', 'NAME'];
  const rows = schedules.map((schedule) => [
    schedule.schedule_id,
    stateOf(schedule),
    when(schedule),
    schedule.report_type,
    schedule.output_format,
    days(schedule),
    instant(schedule.next_run_at),
    schedule.name ?? '-',
  ]);
  return formatTable([header, ...rows]);
}

/** What a table shows beside the state: that data is missing, or why there is no job. */
function remark({ data_complete, reason }: ScheduleRun): string {
  return reason ?? (data_complete === false ? 'made without all of its data' : '');
}

export function runTable(runs: readonly ScheduleRun[], instant: Instant): string {
  const header = ['PLANNED', 'STATE', 'FROM', 'TO', 'JOB', ''];
  const rows = runs.map((run) => [
    instant(run.planned_at),
    run.state,
    run.start_date,
    run.end_date,
    run.job_id ?? '-',
    remark(run),
  ]);
  return formatTable([header, ...rows]);
}
