/** What a report would hold, without writing it: how many rows, and how wide they are as text. */
import { isScalar } from '../core/column-types.ts';
import type { Column } from '../core/columns.ts';
import type { ExportPlan, Query } from '../core/ports/engine.ts';
import type { Report } from './columns/report.ts';

/** Properties whose rows are looked at to learn how wide rows are. */
export const SAMPLED_PROPERTIES = 16;

/**
 * Counts exactly, over two columns: (property_id, properties, rows) of up to 16 properties with data, evenly spread over all of
 * them; `properties` and `rows` are those of the whole. No row when there is no data.
 */
export function countQuery({ tables, inputs, parameters, census }: ExportPlan, { tables: { d: day } }: Report): Query {
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
  { tables, inputs, parameters, part, columns }: ExportPlan,
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

/**
 * How many rows each property of the stored day table has on which days, as runs of days with equally many. One row of four lists:
 * `ids`, `first_days` (from 1970-01-01), `days` and `rows` (on each of the days), by property and day; null when there are no rows.
 */
export function runsSql({ tables: { d: day } }: Pick<Report, 'tables'>): string {
  const lists = ['property_id AS ids', 'first_day AS first_days', 'days AS days', 'rows AS rows'].map((pair) => {
    const [column, name] = pair.split(' AS ');
    return `list(${column} ORDER BY property_id, first_day) AS ${name}`;
  });
  // Days with equally many rows that follow each other have the same distance to their number among all such days.
  return `WITH counted AS (
  SELECT property_id, date, count(*) AS rows FROM ${day} GROUP BY property_id, date
), numbered AS (
  SELECT *, date - CAST(row_number() OVER (PARTITION BY property_id, rows ORDER BY date) AS INTEGER) AS run FROM counted
), runs AS (
  SELECT property_id, rows, CAST(min(date) - DATE '1970-01-01' AS INTEGER) AS first_day, count(*) AS days
  FROM numbered GROUP BY property_id, rows, run
)
SELECT ${lists.join(', ')} FROM runs`;
}

/** Requests every `$every`th property of the stored day table: for a program whose `requested` is empty. */
export function sampleSql({ tables: { d: day } }: Pick<Report, 'tables'>): string {
  return `INSERT INTO requested
SELECT property_id FROM (SELECT DISTINCT property_id FROM ${day})
QUALIFY (row_number() OVER (ORDER BY property_id) - 1) % $every = 0`;
}

/**
 * Rows (id, csv, jsonl): the mean bytes of a row of each requested property, from every `$stride`th day of the range on. All
 * columns, in any order of the properties.
 */
export function widthsByPropertySql({ part, columns }: ExportPlan, report: Pick<Report, 'key' | 'dayColumn'>): string {
  return `SELECT line."${report.key[0]}" AS id, avg(${csvRowBytes(columns)}) AS csv,
  avg(strlen(CAST(to_json(line) AS VARCHAR)) + 1) AS jsonl
FROM (${part}) AS line
WHERE (line."${report.dayColumn}" - CAST($start_date AS DATE)) % $stride = 0
GROUP BY ALL`;
}

/** The first line of a CSV file. */
export function csvHeaderBytes({ columns }: Pick<ExportPlan, 'columns'>): number {
  return columns.reduce((sum, { name }) => sum + name.length + 1, 0);
}
