/** Values as people read them. */
const NUMBER = new Intl.NumberFormat('en');
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const DATE_TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Between a number and its unit: they stay on one line. */
const NO_BREAK = '\u00a0';

export const MS_PER_SECOND = 1_000;
export const MS_PER_DAY = 86_400_000;
export const PERCENT = 100;
const KILO = 1_000;
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function formatNumber(value: number): string {
  return NUMBER.format(value);
}

/** “18.4M”: where the order of magnitude is what matters. */
export function formatShort(value: number): string {
  return SHORT.format(value);
}

export function formatBytes(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / KILO ** power;
  return `${power === 0 ? value : value.toFixed(1)}${NO_BREAK}${BYTE_UNITS[power]}`;
}

export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))}${NO_BREAK}s`;
  return `${Math.floor(seconds / 60)}${NO_BREAK}min ${Math.round(seconds % 60)}${NO_BREAK}s`;
}

export function formatInstant(iso: string): string {
  return DATE_TIME.format(new Date(iso));
}

/** A day of the calendar, wherever the reader is. */
export function formatDay(at: Date): string {
  return DAY.format(at);
}

/** With which quotas begin anew. */
export function nextMonth(now: number): Date {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
}

/** To the second. */
export function formatTime(iso: string): string {
  return TIME.format(new Date(iso));
}

/** How long after one time another was: below ten seconds with a tenth, as that is where exports differ. */
export function formatAfter(from: string, to: string): string {
  const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / MS_PER_SECOND;
  if (seconds < 0.05) return 'at once';
  return `after ${seconds < 10 ? `${seconds.toFixed(1)}${NO_BREAK}s` : formatSeconds(seconds)}`;
}

/** For the tooltip of a relative time. */
export function formatUtc(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

/** “3 hours ago”, “in 6 days”. */
export function formatRelative(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / MS_PER_SECOND;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (step === undefined) return 'just now';
  return RELATIVE.format(Math.round(seconds / step[1]), step[0]);
}

/** An IPv4 address as people know it, where a socket for both families has it. */
export function shownAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

export function shortId(id: string): string {
  return id.slice(0, 8);
}
