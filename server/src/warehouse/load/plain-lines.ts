/**
 * CSV that needs no care: in every line, each cell is written in the one form in which the engine's own reader and the rules of this room
 * (`cell-types.ts`, RFC 4180) agree on its value. The engine then reads it with all threads and without a line's number.
 *
 * The reader alone is no judge: it takes `12.5` for 13 and `1_000` for 1000 where a whole number is wanted, `2024/1/5` for a day, and
 * a quote inside an unquoted cell for text.
 */
import { isScalar, sqlType } from '../../core/column-types.ts';
import type { ScalarType } from '../../core/columns.ts';
import { quoteText } from '../sql.ts';
import type { TableColumn } from '../tables.ts';
import { valueOfCell } from './cells.ts';
import type { MappedFile } from './column-mapping.ts';
import { literalCharacter, readLinesAnyhow } from './text-lines.ts';

const WHOLE = '-?[0-9]+(?:\\.0*)?';
const DECIMAL = '-?[0-9]+(?:\\.[0-9]*)?';
/** The forms of cells that the engine reads as typed values. Of the other types it reads text. */
const FORMS: Readonly<Partial<Record<ScalarType, string>>> = {
  id: WHOLE,
  count: WHOLE,
  number: DECIMAL,
  fraction: DECIMAL,
  money: DECIMAL,
  date: '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])',
};

function formOf(column: TableColumn | undefined): string | undefined {
  return column !== undefined && isScalar(column.type) ? FORMS[column.type] : undefined;
}

/** A carriage return would be part of a line end, and a NUL is a fault. */
function cellForm(column: TableColumn | undefined, separator: string): string {
  const form = formOf(column);
  if (form !== undefined) return `(?:(?:${form})?|"(?:${form})?")`;
  return `(?:[^"${separator}\\r\\x00]*|"(?:[^"\\r\\x00]|"")*")`;
}

/** The column in each place of the file, where one is mapped to it. */
function columnsByPlace({ columns, mapped }: MappedFile): readonly (TableColumn | undefined)[] {
  return columns.map((_, place) => mapped.find(({ position }) => position === place)?.column);
}

/** The question whether a file of CSV is plain: (lines, others), where `lines` counts those with a record. Takes `$path` and `$header`. */
export function countPlainLines(file: MappedFile): string {
  const cells = columnsByPlace(file).map((column) => cellForm(column, file.separator));
  const line = quoteText(cells.join(literalCharacter(file.separator)));
  return `SELECT count(*) AS lines, count(*) FILTER (NOT regexp_full_match(text, ${line})) AS others
    FROM ${readLinesAnyhow()} WHERE text <> '' AND text <> $header`;
}

function valueOfPlain(column: TableColumn, raw: string): string {
  if (column.type === 'money') return `round(${raw}, 2)`;
  if (formOf(column) !== undefined) return raw;
  const asItIs = column.type === 'text' && column.form === undefined && column.oneOf === undefined;
  return asItIs ? raw : valueOfCell(column, raw);
}

/** The rows of a plain file, in the shape of `rowsOf`, in no order. Takes `$path`. */
export function plainRows(file: MappedFile): string {
  const types = columnsByPlace(file).map((column, place) => {
    const type = formOf(column) !== undefined && column !== undefined ? sqlType(column.type) : 'VARCHAR';
    return `'c${place}': '${type}'`;
  });
  const raws = file.mapped.map(({ position }, index) => `c${position} AS raw_${index}`);
  const values = file.mapped.map(({ column }, index) => `${valueOfPlain(column, `raw_${index}`)} AS value_${index}`);
  return `SELECT *, ${values.join(', ')} FROM (
    SELECT NULL::VARCHAR AS row_fault, ${raws.join(', ')}
    FROM read_csv($path, auto_detect = false, header = false, skip = ${file.headerLine}, columns = {${types.join(', ')}},
      delim = ${quoteText(file.separator)}, quote = '"', escape = '"', nullstr = '', strict_mode = true, null_padding = false))`;
}
