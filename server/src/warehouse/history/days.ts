/** Runs of calendar days. */
import { addDays, toDayNumber } from '../../core/dates.ts';

/** Inclusive. */
export interface DayRun {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

/** The days between the first and the last of `days` that are not among them. @param days ascending, each once. */
export function missingRuns(days: readonly string[]): readonly DayRun[] {
  const runs: DayRun[] = [];
  for (const [index, day] of days.entries()) {
    const before = days[index - 1];
    if (before === undefined) continue;
    const missing = toDayNumber(day) - toDayNumber(before) - 1;
    if (missing > 0) runs.push({ from: addDays(before, 1), to: addDays(day, -1), days: missing });
  }
  return runs;
}
