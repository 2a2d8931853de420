/** Tables as a spreadsheet opens them. */
type Cell = string | number | null;

/** What a spreadsheet would take for a formula: a name may begin like one. */
const FORMULA = /^[=+\-@\t\r]/;

function cellText(value: Cell): string {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param rows the first has the names of the columns */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return `${rows.map((row) => row.map(cellText).join(',')).join('\r\n')}\r\n`;
}
