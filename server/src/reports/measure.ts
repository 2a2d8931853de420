/** What a report would hold, without writing it: how many rows, and how wide they are as text. */
import { isScalar } from '../core/column-types.ts';
import type { Column } from '../core/columns.ts';
import type { ExportQuery, Query } from '../core/ports.ts';
import type { Report } from './report.ts';

/** Properties whose rows are looked at to learn how wide rows are. */
const SAMPLED_PROPERTIES = 16;

/**
 * Counts exactly, over two columns: (property_id, properties, rows) of up to 16 properties with data, evenly spread over all of
 * them; `properties` and `rows` are those of the whole. No row when there is no data.
 */
export function countQuery({ tables, inputs, parameters, census }: ExportQuery, { tables: { d: day } }: Report): Query {
  return {
    tables: Object.fromEntries(Object.entries(tables).filter(([name]) => name === day)),
    inputs,
    parameters: { ...parameters, sampled: SAMPLED_PROPERTIES },
    sql: `WITH counted AS MATERIALIZED (${census})
SELECT property_id, count(*) OVER () AS properties, CAST(sum(rows) OVER () AS BIGINT) AS rows
FROM counted
QUALIFY (row_number() OVER (ORDER BY property_id) - 1) % CAST(ceil(count(*) OVER () / $sampled) AS BIGINT) = 0
ORDER BY property_id`,
  };
}

/** The text of a cell in CSV with its quotes doubled, and the condition under which it stands between two more. */
function csvCell({ name, type }: Column): { readonly text: string; readonly enclosed: string | null } {
  const quoted = `"${name}"`;
  if (isScalar(type) && type !== 'text') return { text: quoted, enclosed: null };
  const text = type === 'text' ? quoted : `CAST(to_json(${quoted}) AS VARCHAR)`;
  return { text: `replace(${text}, '"', '""')`, enclosed: `regexp_matches(${text}, '[",\\r\\n]')` };
}

/** Bytes of a row in CSV. As one long text, and not as a sum of cells: the engine plans that in half the time. */
function csvRowBytes(columns: readonly Column[]): string {
  const cells = columns.map(csvCell);
  const enclosed = cells.flatMap((cell) => (cell.enclosed === null ? [] : [`coalesce(${cell.enclosed}, false)`]));
  // A comma after each cell but the last, and the line's end.
  const separators = columns.length;
  const quotes = enclosed.map((condition) => `CAST(${condition} AS INTEGER)`).join(' + ') || '0';
  return `strlen(concat(${cells.map(({ text }) => text).join(', ')})) + 2 * (${quotes}) + ${separators}`;
}

/** One row (rows, csv, jsonl): how many rows the query has, and their mean bytes with the end of the line. */
export function widthQuery(
  { tables, inputs, parameters, part, columns }: ExportQuery,
  range: { readonly from: number; readonly to: number },
): Query {
  return {
    tables,
    inputs,
    parameters: { ...parameters, from_property_id: range.from, to_property_id: range.to },
    sql: `SELECT count(*) AS rows, avg(${csvRowBytes(columns)}) AS csv, avg(strlen(CAST(to_json(line) AS VARCHAR)) + 1) AS jsonl
FROM (${part}) AS line`,
  };
}

/** The first line of a CSV file. */
export function csvHeaderBytes({ columns }: Pick<ExportQuery, 'columns'>): number {
  return columns.reduce((sum, { name }) => sum + name.length + 1, 0);
}
