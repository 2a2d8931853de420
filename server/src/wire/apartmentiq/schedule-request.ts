/** The body that creates a schedule: the fields of a job's, with a calendar rule in place of its days. */
import { z } from 'zod';
import { type CalendarRule, FREQUENCIES, parseTimeZone, WEEKDAYS } from '../../core/schedules/calendar-rule.ts';
import {
  DEFAULT_DEADLINE_HOURS,
  MAX_DEADLINE_HOURS,
  MAX_TRAILING_DAYS,
  RANGES,
  type RangeRule,
  type ScheduleRequest,
} from '../../core/schedules/schedule.ts';
import type { AcceptsCallback } from './callback-url.ts';
import { type ColumnNames, columnNamesOf, combinedFaults, toFileOptions } from './file-options.ts';
import { choiceFaults, namedOffenders, toChoice, withoutEmptyIds } from './property-choice.ts';
import { exportFields, reportFields } from './report-request.ts';
import { ignoredFields, parseFields } from './request-body.ts';
import { frequencySchema, onIncompleteSchema, rangeSchema, WORDS, weekdaySchema } from './schedule.ts';

const LAST_DAY_OF_ANY_MONTH = 31;

const MESSAGES = {
  dayOfMonth: `day_of_month must be an integer between 1 and ${LAST_DAY_OF_ANY_MONTH}`,
  dayOfOthers: 'day_of_month must be left out unless frequency is monthly',
  weekdayOfOthers: 'weekday must be left out unless frequency is weekly',
  time: 'time must be in HH:MM format, from 00:00 to 23:59',
  timeZone: 'time_zone must be the name of an IANA time zone, e.g. America/New_York',
  days: `days must be an integer between 1 and ${MAX_TRAILING_DAYS}`,
  daysOfOthers: 'days must be left out unless range is trailing_n_days',
  deadline: `data_deadline_hours must be an integer between 0 and ${MAX_DEADLINE_HOURS}`,
  date: (field: string) => `${field} must be left out: range says which days each run exports`,
} as const;

const TIME_FORM = /^([01]\d|2[0-3]):[0-5]\d$/;

function wholeNumber(lowest: number, highest: number, error: string) {
  return z.int({ error }).min(lowest, { error }).max(highest, { error });
}

/** If they were ignored, that would surprise whoever sends a job's body with a rule added. */
function noDate(field: string) {
  return z.null({ error: MESSAGES.date(field) }).optional();
}

const ruleFields = {
  frequency: frequencySchema.meta({ example: 'monthly' }),
  day_of_month: wholeNumber(1, LAST_DAY_OF_ANY_MONTH, MESSAGES.dayOfMonth)
    .meta({ description: WORDS.dayOfMonth, example: 1 })
    .optional(),
  weekday: weekdaySchema.meta({ description: WORDS.weekday }).optional(),
  time: z
    .string({ error: MESSAGES.time })
    .refine((text) => TIME_FORM.test(text), { error: MESSAGES.time })
    .meta({ description: WORDS.time, example: '06:00' }),
  time_zone: z
    .string({ error: MESSAGES.timeZone })
    .refine((text) => parseTimeZone(text) !== null, { error: MESSAGES.timeZone })
    .meta({ description: WORDS.timeZone, example: 'America/New_York' }),
  range: rangeSchema.meta({ description: WORDS.range, example: 'previous_month' }),
  days: wholeNumber(1, MAX_TRAILING_DAYS, MESSAGES.days).meta({ description: WORDS.days }).optional(),
  data_deadline_hours: wholeNumber(0, MAX_DEADLINE_HOURS, MESSAGES.deadline)
    .meta({ default: DEFAULT_DEADLINE_HOURS, description: WORDS.deadline })
    .optional(),
  on_incomplete: onIncompleteSchema.meta({ default: 'run', description: WORDS.onIncomplete }).optional(),
};

export const scheduleRequestSchema = z.object({ ...reportFields, ...exportFields(() => true), ...ruleFields });

const dateFields = { start_date: noDate('start_date'), end_date: noDate('end_date') };

/** The words that decide which other fields there are; each may be missing or wrong, which is its own fault. */
const deciding = z.object({
  frequency: z.enum(FREQUENCIES).nullish().catch(null),
  range: z.enum(RANGES).nullish().catch(null),
  day_of_month: z.unknown().optional(),
  weekday: z.unknown().optional(),
  days: z.unknown().optional(),
});

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** By field, what is missing or does not fit the others. */
function ruleFaults(body: object): ReadonlyMap<string, string> {
  const { frequency, range, day_of_month, weekday, days } = deciding.parse(body);
  const faults = new Map<string, string>();
  const judge = (field: string, value: unknown, wanted: boolean, missing: string, misplaced: string): void => {
    if (isGiven(value) !== wanted) faults.set(field, wanted ? missing : misplaced);
  };
  if (frequency) {
    judge('day_of_month', day_of_month, frequency === 'monthly', MESSAGES.dayOfMonth, MESSAGES.dayOfOthers);
    judge(
      'weekday',
      weekday,
      frequency === 'weekly',
      `weekday must be one of: ${WEEKDAYS.join(', ')}`,
      MESSAGES.weekdayOfOthers,
    );
  }
  if (range) judge('days', days, range === 'trailing_n_days', MESSAGES.days, MESSAGES.daysOfOthers);
  return faults;
}

type RuleFields = z.output<z.ZodObject<typeof ruleFields>>;

function toRule({ frequency, day_of_month, weekday, time, time_zone }: RuleFields): CalendarRule {
  const local = { time, timeZone: parseTimeZone(time_zone) ?? time_zone };
  switch (frequency) {
    case 'monthly':
      return { frequency, dayOfMonth: day_of_month ?? 1, ...local };
    case 'weekly':
      return { frequency, weekday: weekday ?? 'monday', ...local };
    case 'daily':
      return { frequency, ...local };
  }
}

function toRange({ range, days }: RuleFields): RangeRule {
  return range === 'trailing_n_days' ? { name: range, days: days ?? 1 } : { name: range };
}

const KNOWN_FIELDS = Object.keys({ ...scheduleRequestSchema.shape, ...dateFields });

/** A sentence for each field of the body that nobody reads. */
export function scheduleWarnings(body: unknown): readonly string[] {
  return ignoredFields(body, KNOWN_FIELDS);
}

/** Reads a request body, unknown fields ignored. Throws `invalid_parameter` with every fault, in the order of the fields. */
export function parseScheduleRequest(
  body: unknown,
  acceptsCallback: AcceptsCallback,
  columnNames: ColumnNames = columnNamesOf,
): ScheduleRequest {
  const fields = parseFields(
    withoutEmptyIds(body),
    { ...reportFields, ...ruleFields, ...dateFields, ...exportFields(acceptsCallback) },
    (object) => new Map([...choiceFaults(object), ...combinedFaults(object, columnNames), ...ruleFaults(object)]),
    namedOffenders,
  );
  return {
    rule: toRule(fields),
    range: toRange(fields),
    deadlineHours: fields.data_deadline_hours ?? DEFAULT_DEADLINE_HOURS,
    onIncomplete: fields.on_incomplete ?? 'run',
    template: { reportType: fields.report_type, outputFormat: fields.output_format, ...toFileOptions(fields) },
    callbackUrl: fields.callback_url ?? null,
    ...toChoice(fields),
  };
}
