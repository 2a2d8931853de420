/** Questions in the engine's SQL. */
import { isScalar } from '../../core/column-types.ts';
import { column, columnsRead } from '../../core/plan/expression.ts';
import type { Question } from '../../core/plan/question.ts';
import { FROM_PLACE, type PlaceRange, type Rows, type ShownValue, TO_PLACE } from '../../core/plan/rows.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import { printExpression } from './expression.ts';
import { identifier } from './identifiers.ts';
import type { Printed } from './printed.ts';
import { printCensus, printFound, printPart } from './rows.ts';
import { printStoredQuestion } from './stored-question.ts';
import { printSummaryQuestion } from './summary.ts';

type Asked<Kind extends Question['ask']> = Extract<Question, { readonly ask: Kind }>;

function rangeParameters({ from, to }: PlaceRange): Parameters {
  return { [FROM_PLACE]: from, [TO_PLACE]: to };
}

/** The rows of the properties on the page, which are the only ones whose columns are made. */
function rowsOfPage({ rows }: Asked<'page'>): Rows {
  const propertyId = column(rows.as, 'property_id');
  const columns = [{ name: 'property_id', type: 'id', value: propertyId } as const, ...rows.columns];
  const shown = columns.map(({ value }) => value);
  return {
    ...rows,
    requested: { input: 'page', order: 'by-property', inFiles: false },
    joins: rows.joins.filter(({ as }) => columnsRead(as, shown).size > 0),
    where: [],
    columns,
  };
}

function printPage(asked: Asked<'page'>): Printed {
  const { rows, after, limit } = asked;
  return {
    sql: `WITH found AS MATERIALIZED (${printFound(rows)}),
  page AS MATERIALIZED (SELECT property_id FROM found WHERE property_id > $after ORDER BY property_id LIMIT $limit)
SELECT count, shown.* FROM (SELECT count(*) AS count FROM found) LEFT JOIN (${printPart(rowsOfPage(asked))}) AS shown ON true
ORDER BY property_id`,
    parameters: { after, limit, ...rangeParameters({ from: after + 1, to: Number.MAX_SAFE_INTEGER }) },
  };
}

function printSpread({ rows, sampled }: Asked<'spread'>): Printed {
  return {
    sql: `WITH counted AS MATERIALIZED (${printCensus(rows)})
SELECT place, count(*) OVER () AS places, CAST(sum(rows) OVER () AS BIGINT) AS rows
FROM counted
QUALIFY (row_number() OVER (ORDER BY place) - 1) % CAST(ceil(count(*) OVER () / $sampled) AS BIGINT) = 0
ORDER BY place`,
    parameters: { sampled },
  };
}

/** The text of a cell in CSV with its quotes doubled, and the condition under which it stands between two more. */
function csvCell({ name, type }: ShownValue): { readonly text: string; readonly enclosed: string | null } {
  const quoted = identifier(name);
  if (isScalar(type) && type !== 'text') return { text: quoted, enclosed: null };
  const text = type === 'text' ? quoted : `CAST(to_json(${quoted}) AS VARCHAR)`;
  return { text: `replace(${text}, '"', '""')`, enclosed: `regexp_matches(${text}, '[",\\r\\n]')` };
}

/** Bytes of a row in CSV. As one long text, and not as a sum of cells: the engine plans that in half the time. */
function csvRowBytes(columns: readonly ShownValue[]): string {
  const cells = columns.map(csvCell);
  const enclosed = cells.flatMap((cell) => (cell.enclosed === null ? [] : [`coalesce(${cell.enclosed}, false)`]));
  // A comma after each cell but the last, and the line's end.
  const separators = columns.length;
  const quotes = enclosed.map((condition) => `CAST(${condition} AS INTEGER)`).join(' + ') || '0';
  return `strlen(concat(${cells.map(({ text }) => text).join(', ')})) + 2 * (${quotes}) + ${separators}`;
}

function meanWidths(columns: readonly ShownValue[]): string {
  return `avg(${csvRowBytes(columns)}) AS csv, avg(strlen(CAST(to_json(line) AS VARCHAR)) + 1) AS jsonl`;
}

function printWidths({ rows, range }: Asked<'widths'>): Printed {
  return {
    sql: `SELECT count(*) AS rows, ${meanWidths(rows.columns)}\nFROM (${printPart(rows)}) AS line`,
    parameters: rangeParameters(range),
  };
}

function printWidthsByProperty(asked: Asked<'widths-by-property'>): Printed {
  const { rows, range, shownId, shownDay, stride } = asked;
  return {
    sql: `SELECT line.${identifier(shownId)} AS id, ${meanWidths(rows.columns)}
FROM (${printPart(rows)}) AS line
WHERE (line.${identifier(shownDay)} - CAST($start_date AS DATE)) % $stride = 0
GROUP BY ALL`,
    parameters: { ...rangeParameters(range), stride },
  };
}

/** The lower-case text of the UUID whose halves these are. */
const UUID_TEXT = `list_transform([lower(lpad(to_hex(high), 16, '0') || lpad(to_hex(low), 16, '0'))],
    lambda hex: concat_ws('-', hex[1:8], hex[9:12], hex[13:16], hex[17:20], hex[21:32]))[1]`;

function printNamed({ named, table, as, uuid, mayBeSeen, where, perFile }: Asked<'named'>): Printed {
  const source = `${identifier(table)} AS ${as}`;
  const conditions = where.map((each) => printExpression(each, { asked: 'asked', sources: identifier }));
  return {
    sql: `WITH firsts AS MATERIALIZED (
  SELECT ${UUID_TEXT} AS uuid, row_number() OVER (ORDER BY min(rowid)) - 1 AS rank FROM ${identifier(named)} GROUP BY high, low
), asked AS MATERIALIZED (
  SELECT firsts.rank, ${as}.property_id
  FROM firsts JOIN ${source} ON ${printExpression(uuid)} = firsts.uuid WHERE ${printExpression(mayBeSeen)}
), kept AS (
  SELECT asked.rank, asked.property_id
  FROM asked JOIN ${source} ON ${as}.property_id = asked.property_id WHERE ${conditions.join(' AND ') || 'true'}
)
SELECT CAST(rank // $per_file AS INTEGER) AS file, list(property_id ORDER BY rank) AS property_ids,
  NULL AS distinct_ids, NULL AS known_ids
FROM kept GROUP BY 1
UNION ALL
SELECT NULL, NULL, (SELECT count(*) FROM firsts), (SELECT count(*) FROM asked)`,
    parameters: { per_file: perFile },
  };
}

export function printQuestion(question: Question): Printed {
  switch (question.ask) {
    case 'part':
      return { sql: printPart(question.rows), parameters: rangeParameters(question.range) };
    case 'page':
      return printPage(question);
    case 'spread':
      return printSpread(question);
    case 'widths':
      return printWidths(question);
    case 'widths-by-property':
      return printWidthsByProperty(question);
    case 'named':
      return printNamed(question);
    case 'coverage':
    case 'absent':
    case 'matching':
    case 'matching-ids':
    case 'differences':
    case 'different-rows':
      return printStoredQuestion(question);
    case 'column-facts':
    case 'spreads':
    case 'groups':
      return printSummaryQuestion(question);
  }
}
