/** In which line a file names its columns, where titles stand above them. */
import { splitRecord } from '../formats/split-records.ts';
import { DELIMITERS } from '../formats/text-format.ts';

const LINES_LOOKED_AT = 40;
/** Fewer columns than that are no table with titles above it. */
const LEAST_COLUMNS = 3;
const HEADER_SHARE = 0.7;

function isName(cell: string): boolean {
  return /\p{L}/u.test(cell);
}

/** From 0. @param lines the file’s first, blank ones too. */
export function findHeaderLine(lines: readonly string[]): number | null {
  const first = lines.slice(0, LINES_LOOKED_AT);
  const shapes = DELIMITERS.map((separator) => {
    const records = first.map((line) => splitRecord(line, { separator, quote: '"' }) ?? [line]);
    const filled = records.map((cells) => cells.filter((cell) => cell.trim() !== ''));
    const widest = Math.max(0, ...filled.map(({ length }) => length));
    const header = filled.findIndex(
      (cells) => cells.length >= widest * HEADER_SHARE && cells.filter(isName).length >= cells.length * HEADER_SHARE,
    );
    return { widest, header };
  });
  const best = shapes.reduce((left, right) => (right.widest > left.widest ? right : left));
  return best.widest < LEAST_COLUMNS || best.header < 0 ? null : best.header;
}
