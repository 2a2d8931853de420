/** Calendar days as `YYYY-MM-DD`. Days are not instants: no clock, no zone. */
import { MS_PER_DAY } from './time.ts';

const DAY_FORM = /^(\d{4})-(\d{2})-(\d{2})$/;

/** For any year: `Date.UTC` takes years before 100 for ones of the twentieth century. Months and days beyond the end roll over. */
function utcDate(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** True for a day that exists. One that does not, such as February 30, rolls over into another month. */
export function isCalendarDay(text: string): boolean {
  const parts = DAY_FORM.exec(text);
  if (!parts) return false;
  const [, year = 0, month = 0, day = 0] = parts.map(Number);
  return year > 0 && utcDate(year, month, day).getUTCMonth() === month - 1;
}

/** Days from 1970-01-01. */
export function toDayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY;
}

export function addDays(day: string, days: number): string {
  return utcDay(new Date((toDayNumber(day) + days) * MS_PER_DAY));
}

/** The instant at which a day begins in UTC. */
export function startOfDay(day: string): Date {
  return new Date(toDayNumber(day) * MS_PER_DAY);
}

/** The day of an instant, in UTC. */
export function utcDay(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** `YYYY-MM` of a day. */
export function monthOf(day: string): string {
  return day.slice(0, 7);
}

/** `YYYY-MM`, that many months later; earlier if negative. */
export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return monthOf(utcDay(utcDate(year, number + months, 1)));
}

/** The last day of `YYYY-MM`. */
export function lastDayOfMonth(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return utcDay(utcDate(year, number + 1, 0));
}

/** The month after `YYYY-MM`. */
export function nextMonth(month: string): string {
  return addMonths(month, 1);
}

/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_ZERO = 3;
const DAYS_PER_WEEK = 7;

/** 0 for Monday to 6 for Sunday, as ISO 8601 has them. */
export function weekdayOf(day: string): number {
  const shifted = (toDayNumber(day) + WEEKDAY_OF_DAY_ZERO) % DAYS_PER_WEEK;
  return (shifted + DAYS_PER_WEEK) % DAYS_PER_WEEK;
}
