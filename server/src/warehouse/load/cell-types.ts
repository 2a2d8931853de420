/** From a cell in a file to the stored value, and what to say if there is none. */
import { isScalar, sqlType, typeName } from '../../core/column-types.ts';
import type { ColumnType, ScalarType } from '../../core/columns.ts';
import { formWords, valueOfForm } from '../formats/text-forms.ts';
import { quoteText, quoteTexts } from '../sql.ts';
import type { TableColumn } from '../tables.ts';

/** SQL that yields the value, or null if the cell has none of the type. */
type Reader = (cell: string) => string;

function matching(cell: string, form: string, value: string): string {
  return `CASE WHEN regexp_full_match(${cell}, ${quoteText(form)}) THEN ${value} END`;
}

/** `12.0` too: data frames write whole numbers so in a column with gaps. */
const WHOLE = '-?[0-9]{1,16}(?:\\.0*)?';
const DECIMAL = '-?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?';
const DAY = '[0-9]{4}-[0-9]{2}-[0-9]{2}';
const INSTANT = `${DAY}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[-+][0-9]{2}:[0-9]{2})`;

/** `1e999` is read as infinity. */
const readDecimal: Reader = (cell) =>
  matching(cell, DECIMAL, `CASE WHEN isfinite(TRY_CAST(${cell} AS DOUBLE)) THEN TRY_CAST(${cell} AS DOUBLE) END`);
/** The convention of the warehouse: money is rounded to cents. */
const readMoney: Reader = (cell) => `round(${readDecimal(cell)}, 2)`;

function readWhole(type: 'BIGINT' | 'INTEGER'): Reader {
  return (cell) => matching(cell, WHOLE, `TRY_CAST(split_part(${cell}, '.', 1) AS ${type})`);
}

const TEXT_READERS: Readonly<Record<Exclude<ScalarType, 'text'>, Reader>> = {
  id: readWhole('BIGINT'),
  count: readWhole('INTEGER'),
  number: readDecimal,
  fraction: readDecimal,
  money: readMoney,
  boolean: (cell) =>
    `CASE WHEN lower(${cell}) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(${cell}) IN ('false', 'f', 'no', 'n', '0') THEN false END`,
  date: (cell) => matching(cell, DAY, `TRY_CAST(${cell} AS DATE)`),
  instant: (cell) => matching(cell, INSTANT, `TRY_CAST(${cell} AS TIMESTAMPTZ)`),
};

const EXPECTED: Readonly<Record<ScalarType, string>> = {
  id: 'must be a whole number',
  count: 'must be a whole number',
  number: 'must be a number',
  fraction: 'must be a number',
  money: 'must be a number',
  text: 'must be text without NUL characters',
  boolean: 'must be true or false',
  date: 'must be a calendar day in YYYY-MM-DD format',
  instant: 'must be an instant such as 2025-01-31T12:00:00Z',
};

/** The JSON structure for `from_json_strict`. */
function jsonShape(type: ColumnType): unknown {
  if (isScalar(type)) return sqlType(type);
  if ('list' in type) return [jsonShape(type.list)];
  return Object.fromEntries(Object.entries(type.struct).map(([name, field]) => [name, jsonShape(field)]));
}

function readText(column: TableColumn, cell: string): string {
  const { oneOf, form } = column;
  const plain = `CASE WHEN NOT contains(${cell}, chr(0)) THEN ${cell} END`;
  if (form !== undefined) return valueOfForm(form, cell, plain);
  if (oneOf === undefined) return plain;
  const known = quoteTexts(oneOf.map((word) => word.toLowerCase()));
  return `list_extract(${quoteTexts(oneOf)}, nullif(list_position(${known}, lower(trim(${cell}))), 0))`;
}

/** The value of a cell that is text: CSV, and JSON after its strings are unquoted. */
export function valueOfText(column: TableColumn, cell: string): string {
  const { type } = column;
  if (!isScalar(type)) return `TRY(from_json_strict(${cell}, ${quoteText(JSON.stringify(jsonShape(type)))}))`;
  return type === 'text' ? readText(column, cell) : TEXT_READERS[type](`trim(${cell})`);
}

const WHOLE_TYPES = /^U?(?:TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const FRACTIONAL_TYPES = /^(?:FLOAT|DOUBLE|DECIMAL\(.*\))$/;
/** Their text is the column's text form. */
const TEXTUAL_TYPES = /^(?:VARCHAR|UUID|ENUM\(.*\))$/;
const INSTANT_TYPES = /^TIMESTAMP(?: WITH TIME ZONE|_S|_MS|_NS)?$/;

/** A number in a Parquet file is taken unchanged: printing and reading 18 million doubles again takes seconds. */
function valueOfNumber(type: ColumnType, cell: string, stored: string): string | null {
  const whole = WHOLE_TYPES.test(stored);
  if (!whole && !FRACTIONAL_TYPES.test(stored)) return null;
  if (type === 'boolean') return whole ? `CASE ${cell} WHEN 1 THEN true WHEN 0 THEN false END` : null;
  if (type === 'id' || type === 'count') {
    const value = `TRY_CAST(${cell} AS ${sqlType(type)})`;
    return whole ? value : `CASE WHEN ${cell} = trunc(${cell}) THEN ${value} END`;
  }
  if (type !== 'money' && type !== 'number' && type !== 'fraction') return null;
  const value = `CASE WHEN isfinite(${cell}::DOUBLE) THEN ${cell}::DOUBLE END`;
  return type === 'money' ? `round(${value}, 2)` : value;
}

/** The value of a cell of a Parquet file whose column has the stored type; null if that type can never be read as the column's. */
export function valueOfParquet(column: TableColumn, cell: string, stored: string): string | null {
  const { type } = column;
  if (TEXTUAL_TYPES.test(stored)) return valueOfText(column, `${cell}::VARCHAR`);
  if (!isScalar(type)) return /\[\]$|^STRUCT/.test(stored) ? `TRY_CAST(${cell} AS ${sqlType(type)})` : null;
  if (type === 'text') {
    const isRead = WHOLE_TYPES.test(stored) || (column.form !== undefined && FRACTIONAL_TYPES.test(stored));
    return isRead ? valueOfText(column, `${cell}::VARCHAR`) : null;
  }
  if (sqlType(type) === stored && (type === 'date' || type === 'boolean')) return cell;
  if (type === 'date' && INSTANT_TYPES.test(stored)) {
    return `CASE WHEN ${cell}::TIMESTAMP = date_trunc('day', ${cell}::TIMESTAMP) THEN ${cell}::DATE END`;
  }
  // Parquet files without a zone hold UTC: the engine's zone is UTC.
  if (type === 'instant' && INSTANT_TYPES.test(stored)) return `${cell}::TIMESTAMPTZ`;
  return valueOfNumber(type, cell, stored);
}

/** Days that programs write for unknown ones: ends of calendars, epochs, defaults of databases and spreadsheets. */
const SENTINEL_DATES = [
  '0001-01-01',
  '1111-11-11',
  '1753-01-01',
  '1899-12-30',
  '1899-12-31',
  '1900-01-01',
  '1904-01-01',
  '1970-01-01',
  '2099-01-01',
  '2099-12-31',
  '2100-01-01',
  '2199-12-31',
  '2999-12-31',
  '3000-01-01',
  '3999-12-31',
  '9999-01-01',
  '9999-12-31',
] as const;
/** The days between two sentinels that follow each other. */
const [NO_SENTINEL_FROM, NO_SENTINEL_TO] = ['1970-01-02', '2098-12-31'];
/** No record of a building outside these years is real. */
const EARLIEST_DAY = '1600-01-01';
const LATEST_DAY = '2199-12-31';

export interface Fault {
  /** SQL over the value: true if it is faulty. */
  readonly when: string;
  readonly reason: string;
}

/** What can be wrong with a value that has the right type. */
export function valueFaults({ type, min, max }: TableColumn, value: string): readonly Fault[] {
  if (type === 'date' || type === 'instant') {
    const day = type === 'date' ? value : `${value}::DATE`;
    const sentinels = SENTINEL_DATES.map((date) => `DATE ${quoteText(date)}`).join(', ');
    return [
      {
        // Nearly every day is one of these: one comparison instead of seventeen.
        when: `${day} NOT BETWEEN DATE ${quoteText(NO_SENTINEL_FROM)} AND DATE ${quoteText(NO_SENTINEL_TO)} AND ${day} IN (${sentinels})`,
        reason: 'is a placeholder date, not a day on which something was so',
      },
      {
        when: `${day} NOT BETWEEN DATE ${quoteText(EARLIEST_DAY)} AND DATE ${quoteText(LATEST_DAY)}`,
        reason: `must be between ${EARLIEST_DAY} and ${LATEST_DAY}`,
      },
    ];
  }
  const highest = max ?? (type === 'id' ? Number.MAX_SAFE_INTEGER : undefined);
  return [
    ...(min === undefined ? [] : [{ when: `${value} < ${min}`, reason: `must be at least ${min}` }]),
    ...(highest === undefined ? [] : [{ when: `${value} > ${highest}`, reason: `must be at most ${highest}` }]),
  ];
}

/** What to say about a cell that has no value of the column's type. */
export function expectation({ type, oneOf, form }: TableColumn): string {
  if (form !== undefined) return formWords(form);
  if (oneOf !== undefined) return `must be one of: ${oneOf.join(', ')}`;
  return isScalar(type) ? EXPECTED[type] : `must be ${typeName(type)}, in CSV as JSON`;
}
