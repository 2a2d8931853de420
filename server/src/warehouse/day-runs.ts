/** Which rows a stored day table has: for statistics of it. */
import { quoteName } from './sql.ts';

/**
 * How many rows each property of the table has on which days, as runs of days with equally many. One row of four lists: `ids`,
 * `first_days` (from 1970-01-01), `days` and `rows` (on each of the days), by property and day; null when there are no rows.
 */
export function runsSql(dayTable: string): string {
  const lists = ['property_id AS ids', 'first_day AS first_days', 'days AS days', 'rows AS rows'].map((pair) => {
    const [column, name] = pair.split(' AS ');
    return `list(${column} ORDER BY property_id, first_day) AS ${name}`;
  });
  // Days with equally many rows that follow each other have the same distance to their number among all such days.
  return `WITH counted AS (
  SELECT property_id, date, count(*) AS rows FROM ${quoteName(dayTable)} GROUP BY property_id, date
), numbered AS (
  SELECT *, date - CAST(row_number() OVER (PARTITION BY property_id, rows ORDER BY date) AS INTEGER) AS run FROM counted
), runs AS (
  SELECT property_id, rows, CAST(min(date) - DATE '1970-01-01' AS INTEGER) AS first_day, count(*) AS days
  FROM numbered GROUP BY property_id, rows, run
)
SELECT ${lists.join(', ')} FROM runs`;
}

/** Requests every `$every`th property of the table: for a program whose `requested` is empty. */
export function sampleSql(dayTable: string): string {
  return `INSERT INTO requested
SELECT property_id FROM (SELECT DISTINCT property_id FROM ${quoteName(dayTable)})
QUALIFY (row_number() OVER (ORDER BY property_id) - 1) % $every = 0`;
}
