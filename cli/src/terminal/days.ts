/** Calendar days as they are typed: `YYYY-MM-DD`. */

const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;
const FIRST_YEAR = '0001';

/** True for a day that exists: `2025-02-30` is read as a day of March, and comes out as another text. */
export function isCalendarDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  if (!DAY_FORM.test(text) || text < FIRST_YEAR || Number.isNaN(date.getTime())) return false;
  return date.toISOString().startsWith(text);
}

/** The last day of `YYYY-MM`. */
export function lastDayOfMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  const end = new Date(Date.UTC(year ?? 0, number ?? 1, 0));
  return end.toISOString().slice(0, 10);
}
