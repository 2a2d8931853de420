/** When a credential ends by itself. */
import { usage } from '@conveyance/cli/terminal';
import { isCalendarDay, startOfDay } from '../../core/dates.ts';
import { MS_PER_DAY, MS_PER_HOUR } from '../../core/time.ts';

const MS_PER_UNIT: Readonly<Record<string, number>> = { m: MS_PER_HOUR / 60, h: MS_PER_HOUR, d: MS_PER_DAY };
const SPAN = /^([1-9]\d{0,5})([mhd])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `90m`, `24h` or `90d`. */
export function parseSpan(word: string, option: string): number {
  const [, count, unit = ''] = SPAN.exec(word) ?? [];
  if (count !== undefined) return Number(count) * (MS_PER_UNIT[unit] ?? 0);
  throw usage(`${option}: a time is a number with m, h or d, such as 24h; got "${word}"`);
}

/** Null: not by itself. A day means its beginning. */
export function parseExpiry(word: string | undefined, now: Date): Date | null {
  if (word === undefined) return null;
  if (!DAY.test(word)) return new Date(now.getTime() + parseSpan(word, '--expires'));
  if (!isCalendarDay(word)) throw usage(`--expires: there is no day ${word}`);
  const start = startOfDay(word);
  if (start <= now) throw usage(`--expires: ${word} is not in the future`);
  return start;
}
