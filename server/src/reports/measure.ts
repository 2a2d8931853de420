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

/** Bytes of a cell in CSV, with its quotes where it needs them. */
function csvCellBytes({ name, type }: Column): string {
  const quoted = `"${name}"`;
  if (isScalar(type) && type !== 'text') return `coalesce(strlen(CAST(${quoted} AS VARCHAR)), 0)`;
  const text = type === 'text' ? quoted : `CAST(to_json(${quoted}) AS VARCHAR)`;
  const quotes = `strlen(${text}) - strlen(replace(${text}, '"', ''))`;
  return `coalesce(strlen(${text}) + CASE WHEN regexp_matches(${text}, '[",\\r\\n]') THEN 2 + ${quotes} ELSE 0 END, 0)`;
}

/** One row (rows, csv, jsonl): how many rows the query has, and their mean bytes with the end of the line. */
export function widthQuery(
  { tables, inputs, parameters, part, columns }: ExportQuery,
  range: { readonly from: number; readonly to: number },
): Query {
  const cells = columns.map(csvCellBytes).join(' + ');
  return {
    tables,
    inputs,
    parameters: { ...parameters, from_property_id: range.from, to_property_id: range.to },
    // A comma after each cell but the last, and the line's end.
    sql: `SELECT count(*) AS rows, avg(${cells} + ${columns.length}) AS csv, avg(strlen(CAST(to_json(line) AS VARCHAR)) + 1) AS jsonl
FROM (${part}) AS line`,
  };
}

/** The first line of a CSV file. */
export function csvHeaderBytes({ columns }: Pick<ExportQuery, 'columns'>): number {
  return columns.reduce((sum, { name }) => sum + name.length + 1, 0);
}
