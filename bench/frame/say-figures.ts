/** A case's figures on the console. */
import { say } from '../statistics.ts';
import type { BenchCase, Figures, How, Row } from './figures.ts';
import { goalText, isMet, mebibytes, number, withUnit } from './judge.ts';

function line(row: Row, { quick }: How): string {
  const { subject, unit, value, reference, ratio } = row;
  const range = `(${number(value.low)} to ${number(value.high)})`;
  const other =
    reference === null || ratio === null
      ? ''
      : `; ${reference.name} ${withUnit(reference.value.median, unit)}: ${number(ratio.median)} × (${number(ratio.low)} to ${number(ratio.high)})`;
  // Small and short, it says nothing of speed.
  const met = quick ? null : isMet(row);
  const wanted = met === null ? '' : `; wanted ${goalText(row)}: ${met ? 'met' : 'missed'}`;
  return `  ${subject}: ${withUnit(value.median, unit)} ${range}${other}${wanted}`;
}

export function sayFigures({ title, name }: BenchCase, { rows, peakBytes, skipped }: Figures, how: How): void {
  say(`${title} (${name}); medians, and lowest to highest of ${rows[0]?.rounds} rounds`);
  for (const row of rows) say(line(row, how));
  if (peakBytes !== null) say(`  peak memory of all processes: ${mebibytes(peakBytes)}`);
  for (const reason of skipped) say(`  left out: ${reason}`);
}
