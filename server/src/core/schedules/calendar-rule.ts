/** When something recurring happens: days of the calendar, a time on the clock, a time zone. */
import { Temporal } from '@js-temporal/polyfill';
import { addDays, lastDayOfMonth, monthOf, nextMonth, weekdayOf } from '../dates.ts';

export const FREQUENCIES = ['monthly', 'weekly', 'daily'] as const;
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

interface LocalTime {
  /** `HH:MM` on the clocks of the zone. */
  readonly time: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** `dayOfMonth` is 1 to 31; a month that is shorter has it on its last day. */
export type CalendarRule = LocalTime &
  (
    | { readonly frequency: 'monthly'; readonly dayOfMonth: number }
    | { readonly frequency: 'weekly'; readonly weekday: Weekday }
    | { readonly frequency: 'daily' }
  );

export interface Occurrence {
  /** The day of the rule. Where the clocks skip midnight, `at` may fall on the day after. */
  readonly day: string;
  readonly at: Date;
}

/** Letters first: an offset such as `+05:00` is not a place, and has no summer time. */
const ZONE_FORM = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;

/** The zone's name as the database spells it, or null if it is not one. */
export function parseTimeZone(text: string): string | null {
  if (!ZONE_FORM.test(text)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** From the given day on, or from the beginning of its month: a caller that wants those after an instant skips the earlier ones anyway. */
function* daysFrom(rule: CalendarRule, first: string): Generator<string, never, undefined> {
  switch (rule.frequency) {
    case 'monthly':
      for (let month = monthOf(first); ; month = nextMonth(month)) {
        const wanted = `${month}-${String(rule.dayOfMonth).padStart(2, '0')}`;
        const last = lastDayOfMonth(month);
        yield wanted < last ? wanted : last;
      }
    case 'weekly':
      for (let day = first; ; day = addDays(day, 1)) if (WEEKDAYS[weekdayOf(day)] === rule.weekday) yield day;
    case 'daily':
      for (let day = first; ; day = addDays(day, 1)) yield day;
  }
}

/**
 * `compatible`: a time that the clocks skip moves later by as much as they skip, and a time that occurs twice is the first one. That is
 * what people expect of an alarm, and what RFC 5545 says about calendars.
 */
function instantOf(day: string, { time, timeZone }: LocalTime): Date {
  const local = Temporal.PlainDateTime.from(`${day}T${time}`);
  return new Date(local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds);
}

function localDay(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** The rule's occurrences after the instant, in ascending order; one for each of the rule's days. Never ends. */
export function* occurrencesAfter(rule: CalendarRule, after: Date): Generator<Occurrence, never, undefined> {
  let latest = after.getTime();
  // The occurrence of a day may fall on the next one.
  for (const day of daysFrom(rule, addDays(localDay(after, rule.timeZone), -1))) {
    const at = instantOf(day, rule);
    // Two days may share an instant: an island that crosses the date line skips one of them.
    if (at.getTime() <= latest) continue;
    latest = at.getTime();
    yield { day, at };
  }
  throw new Error('a calendar rule came to an end');
}

export function firstAfter(rule: CalendarRule, after: Date): Date {
  return occurrencesAfter(rule, after).next().value.at;
}
