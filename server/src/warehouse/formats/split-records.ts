/** A few records of a file as their cells, to see what they are like. The rows of a load are read by the engine. */
import type { CsvShape } from './text-format.ts';

function unquoted(cell: string, quote: string): string {
  return cell.slice(1, -1).replaceAll(quote + quote, quote);
}

function isClosed(text: string, quote: string): boolean {
  return quote === '' || (text.split(quote).length - 1) % 2 === 0;
}

/** The cells of a record; null if its quotes do not follow RFC 4180. */
export function splitRecord(text: string, { separator, quote }: CsvShape): readonly string[] | null {
  if (quote === '' || !text.includes(quote)) return text.split(separator);
  const cells: string[] = [];
  let rest = text;
  for (;;) {
    let cell = '';
    if (rest.startsWith(quote)) {
      let end = rest.indexOf(quote, 1);
      while (end >= 0 && rest[end + 1] === quote) end = rest.indexOf(quote, end + 2);
      if (end < 0) return null;
      cell = rest.slice(0, end + 1);
    } else {
      const end = rest.indexOf(separator);
      cell = end < 0 ? rest : rest.slice(0, end);
      if (cell.includes(quote)) return null;
    }
    cells.push(cell.startsWith(quote) ? unquoted(cell, quote) : cell);
    const after = rest.slice(cell.length);
    if (after === '') return cells;
    if (!after.startsWith(separator)) return null;
    rest = after.slice(1);
  }
}

/** The records of whole lines; what follows the last whole record is left out. */
export function splitRecords(lines: readonly string[], shape: CsvShape): readonly (readonly string[])[] {
  const records: (readonly string[])[] = [];
  let open: string | null = null;
  for (const line of lines) {
    const text: string = open === null ? line : `${open}\n${line}`;
    open = isClosed(text, shape.quote) ? null : text;
    const cells = open === null && text !== '' ? splitRecord(text, shape) : null;
    if (cells !== null) records.push(cells);
  }
  return records;
}
