/** Text in columns. */

export type Alignment = 'left' | 'right';

/** Rows of cells, padded to the widest of each column, without trailing blanks. */
export function formatTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[] = []): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (alignments[at] === 'right' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
const STEP = 1_000;

/** `12.3 MB` */
export function formatBytes(bytes: number): string {
  const power = bytes < STEP ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / STEP ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `1,234 rows` */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

const MINUTE_SECONDS = 60;

/** `4.2 s`, `3 min 20 s` */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < MINUTE_SECONDS) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / MINUTE_SECONDS)} min ${whole % MINUTE_SECONDS} s`;
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
const RELATIVE_UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;
/** Beyond that a date says more. */
const MOST_RELATIVE_DAYS = 30;
const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** `2 minutes ago`, `in 3 days`; a day that is far away in its own form, and what is no instant unchanged. */
export function relativeTime(instant: string | null | undefined, nowMs: number): string {
  if (instant === null || instant === undefined) return '-';
  const seconds = Math.trunc((Date.parse(instant) - nowMs) / 1_000);
  if (Number.isNaN(seconds)) return instant;
  const [unit, length] = RELATIVE_UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
  const count = Math.trunc(seconds / length);
  if (unit === 'day' && Math.abs(count) > MOST_RELATIVE_DAYS) return instant.slice(0, DAY_LENGTH);
  return count === 0 ? 'now' : RELATIVE.format(count, unit);
}
