/** Schedules and their runs as messages. */
import { z } from 'zod';
import type { Page } from '../../core/pages.ts';
import { FREQUENCIES, WEEKDAYS } from '../../core/schedules/calendar-rule.ts';
import {
  MAX_CATCH_UP_RUNS,
  needOf,
  ON_INCOMPLETE,
  RANGES,
  RUN_STATES,
  SCHEDULE_NEEDS,
  SCHEDULE_STATES,
  type Schedule,
  type ScheduleRun,
} from '../../core/schedules/schedule.ts';
import { integer, text } from '../fields.ts';
import { REFUSALS } from '../permissions.ts';
import { paginationFields, paginationSchema } from './pages.ts';
import { compressionSchema, csvProfileSchema, fileTypeSchema, reportTypeSchema, words } from './words.ts';

const EXAMPLE_SCHEDULE_ID = '5f0c1d2e-7a41-4b8e-9a55-0c6f2f1f9b10';

export const frequencySchema = words('frequency', FREQUENCIES).meta({ id: 'ScheduleFrequency' });
export const weekdaySchema = words('weekday', WEEKDAYS).meta({ id: 'Weekday' });
export const rangeSchema = words('range', RANGES).meta({ id: 'ScheduleRange' });
export const onIncompleteSchema = words('on_incomplete', ON_INCOMPLETE).meta({ id: 'OnIncomplete' });

/** What the documents say of the fields that a request and its answer share. */
export const WORDS = {
  dayOfMonth: 'With `monthly`, and only then: 1 to 31. A shorter month has it on its last day.',
  weekday: 'With `weekly`, and only then.',
  time: 'On the clocks of the zone, HH:MM. A time that they skip is as much later; of one that comes twice it is the first.',
  timeZone: 'A name of the IANA time zone database.',
  range: 'The days that each run exports, counted from its planned day in the zone. A week is Monday to Sunday.',
  days: 'With `trailing_n_days`, and only then: so many days up to yesterday.',
  deadline: 'How long a run waits until the warehouse has reached the last day of its range.',
  onIncomplete: 'What to do with a run whose data is not there by then: `run` exports what there is, `skip` does not.',
} as const;

const scheduleFieldsSchema = z.object({
  schedule_id: text({ format: 'uuid' }),
  state: z.enum(SCHEDULE_STATES).meta({ id: 'ScheduleState' }),
  next_run_at: text({ format: 'date-time', description: 'Null while paused.' }).nullable(),
  needs: z
    .enum(SCHEDULE_NEEDS)
    .meta({
      description:
        'What its runs lack, so that they fail: `credential`, where the one that it acts for was revoked (resume it with another), or ' +
        '`properties`, where the account may no longer see some of them. Null if nothing is missing.',
    })
    .nullable(),
  frequency: frequencySchema,
  day_of_month: integer({ description: WORDS.dayOfMonth }).nullable(),
  weekday: weekdaySchema.nullable(),
  time: text({ description: WORDS.time }),
  time_zone: text({ description: WORDS.timeZone }),
  range: rangeSchema,
  days: integer({ description: WORDS.days }).nullable(),
  data_deadline_hours: integer({ description: WORDS.deadline }),
  on_incomplete: onIncompleteSchema,
  report_type: reportTypeSchema,
  output_format: fileTypeSchema,
  callback_url: text({ format: 'uri' }).nullable(),
  columns: z.array(z.string()).meta({ description: 'Null for all.' }).nullable(),
  compression: compressionSchema,
  csv_profile: csvProfileSchema,
  name: text({ description: 'Of the schedule, and of each of its jobs.' }).nullable(),
  property_count: integer({ description: 'With `property_list`: as many as it held when the schedule was made.' }),
  property_list: text({
    description:
      'The list that each run exports as it is then, by its name, or `@all`; null where the schedule has ids of its own.',
  }).nullable(),
  created_at: text({ format: 'date-time' }),
  updated_at: text({ format: 'date-time' }),
  warnings: z
    .array(z.string())
    .meta({
      description:
        'Only in the answer to its creation: fields of the request that were ignored, and what of a list is left out now.',
    })
    .optional(),
});

export const scheduleSummarySchema = scheduleFieldsSchema.meta({ id: 'ScheduleSummary' });
export const scheduleSchema = scheduleFieldsSchema
  .extend({ property_ids: z.array(z.int()).meta({ description: 'None where it repeats a list.' }) })
  .meta({ id: 'Schedule' });

export const scheduleRunSchema = z
  .object({
    planned_at: text({ format: 'date-time', description: 'One run for each planned instant.' }),
    start_date: text({ format: 'date' }),
    end_date: text({ format: 'date', description: 'Inclusive; the day that the data must have reached.' }),
    state: z.enum(RUN_STATES).meta({ id: 'ScheduleRunState' }),
    deadline_at: text({ format: 'date-time', description: 'Until when it waits for its data.' }),
    job_id: text({ format: 'uuid', description: 'The job that it became; null unless `submitted`.' }).nullable(),
    data_complete: z
      .boolean()
      .meta({ description: 'Whether the data had reached `end_date` when the job was made; null without a job.' })
      .nullable(),
    reason_code: text({
      description:
        'Why it waits (`data_incomplete`, `unavailable`, `internal`), was skipped (`data_incomplete`, `paused`, or ' +
        `\`catch_up_limit\`: of what an outage missed, the latest ${MAX_CATCH_UP_RUNS} runs are made up for) or failed (a word of the error catalogue).`,
    }).nullable(),
    reason: text({ description: 'The same for people.' }).nullable(),
  })
  .meta({ id: 'ScheduleRun' });

export const scheduleListSchema = z
  .object({ schedules: z.array(scheduleSummarySchema), pagination: paginationSchema })
  .meta({ id: 'ScheduleList' });

export const scheduleRunListSchema = z
  .object({ runs: z.array(scheduleRunSchema), pagination: paginationSchema })
  .meta({ id: 'ScheduleRunList' });

export const scheduleIdParams = z.object({
  schedule_id: text({ format: 'uuid', description: 'UUID of the schedule.', examples: [EXAMPLE_SCHEDULE_ID] }),
});

/** Everything but the ids. */
export function scheduleFields(schedule: Schedule): z.infer<typeof scheduleSummarySchema> {
  const { rule, range, template } = schedule;
  return {
    schedule_id: schedule.id,
    state: schedule.state,
    next_run_at: schedule.nextAt?.toISOString() ?? null,
    needs: needOf(schedule),
    frequency: rule.frequency,
    day_of_month: rule.frequency === 'monthly' ? rule.dayOfMonth : null,
    weekday: rule.frequency === 'weekly' ? rule.weekday : null,
    time: rule.time,
    time_zone: rule.timeZone,
    range: range.name,
    days: range.name === 'trailing_n_days' ? range.days : null,
    data_deadline_hours: schedule.deadlineHours,
    on_incomplete: schedule.onIncomplete,
    report_type: template.reportType,
    output_format: template.outputFormat,
    callback_url: schedule.callbackUrl,
    columns: template.columns === null ? null : [...template.columns],
    compression: template.compression,
    csv_profile: template.csvProfile,
    name: template.name,
    property_count: schedule.propertyCount,
    property_list: schedule.list?.name ?? null,
    created_at: schedule.createdAt.toISOString(),
    updated_at: schedule.updatedAt.toISOString(),
  };
}

/** A run is refused as a job's creation is, and in the same words. */
/** Of what is forbidden, the ids are told as they were, everything else as the contract does. */
function reasonOf({ reason }: ScheduleRun): string | null {
  if (reason === null) return null;
  const isOfIds = reason.message.startsWith('property_ids ');
  return reason.code === 'forbidden' && !isOfIds ? REFUSALS['create jobs'] : reason.message;
}

export function scheduleRunFields(run: ScheduleRun): z.infer<typeof scheduleRunSchema> {
  return {
    planned_at: run.plannedAt.toISOString(),
    start_date: run.startDate,
    end_date: run.endDate,
    state: run.state,
    deadline_at: run.deadlineAt.toISOString(),
    job_id: run.jobId,
    data_complete: run.dataComplete,
    reason_code: run.reason?.code ?? null,
    reason: reasonOf(run),
  };
}

export function scheduleListFields(page: Page<Schedule>): z.infer<typeof scheduleListSchema> {
  return { schedules: page.items.map(scheduleFields), pagination: paginationFields(page) };
}

export function scheduleRunListFields(page: Page<ScheduleRun>): z.infer<typeof scheduleRunListSchema> {
  return { runs: page.items.map(scheduleRunFields), pagination: paginationFields(page) };
}
