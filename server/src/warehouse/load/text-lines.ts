/**
 * Text files by line, in the engine's SQL.
 *
 * The engine's own CSV reader does not find the rows: it does not tell a row's line, skips blank lines, and guesses at ragged
 * ones. It reads one column of whole lines instead (145 MB/s), and the rules of RFC 4180 are applied here: the number of quotes
 * before a line says whether a record begins in it. Measured on 600,000 rows of 28 columns: 2.2 s without quoted cells, 7.6 s
 * with one in every row; csv-parse took 9.1 s for the reading alone.
 */
import type { ProgramStep } from '../../core/ports/engine.ts';
import type { CsvShape, Quote } from '../formats/text-format.ts';
import { exactPath, quoteText } from '../sql.ts';

/** No line holds these four control characters in a row, so a line is never split into columns. */
const NO_DELIMITER = "e'\\x1d\\x1e\\x1f\\x01'";
/** 2 MiB. The engine reserves sixteen times as much to read by. */
const MAX_LINE_BYTES = 2_097_152;

/** Where each CR and each LF ends a line; `CRLF` takes both together as one, and loses the character after a lone CR. */
export type LineEnds = 'CRLF' | 'each';

/** Lines of the file at `$path` in order. Lines that are not UTF-8, or too long, are missing here and listed in `<name>_broken`. */
export function readLines(name: string, ends: LineEnds): string {
  return (
    `read_csv($path, ${lineOptions(ends)}, parallel = false, max_line_size = ${MAX_LINE_BYTES}, ` +
    `store_rejects = true, rejects_table = '${name}_broken', rejects_scan = '${name}_scan')`
  );
}

/** The same in no order, by all threads. A line that is not UTF-8, or too long, is an error. */
export function readLinesAnyhow(): string {
  return `read_csv($path, ${lineOptions('CRLF')})`;
}

function lineOptions(ends: LineEnds): string {
  const lineEnd = ends === 'CRLF' ? "'\\r\\n'" : "'\\n'";
  return (
    `auto_detect = false, header = false, columns = {'text': 'VARCHAR'}, delim = ${NO_DELIMITER}, ` +
    `quote = '', escape = '', new_line = ${lineEnd}, strict_mode = false, null_padding = false`
  );
}

export function pathParameter(path: string): { readonly path: string } {
  return { path: exactPath(path) };
}

/** SQL: how many quotes a line has. */
export function countQuotes(quote: Quote): string {
  return quote === '' ? '0' : `(length(text) - length(replace(text, ${quoteText(quote)}, '')))`;
}

/** What must be known of a file before its lines can be read with their numbers. */
export interface LineTraits {
  /** Some lines are not UTF-8 or too long. */
  readonly broken: boolean;
  /** Some quoted cells span several lines. */
  readonly quotedLineEnds: boolean;
}

/** Creates table `<name>` of (line, text, broken), with the numbers that a text editor shows. */
export function numberLines(name: string, path: string, { broken }: LineTraits): readonly ProgramStep[] {
  const parameters = pathParameter(path);
  const read = `SELECT row_number() OVER () AS line, text FROM ${readLines(name, 'CRLF')}`;
  if (!broken) {
    return [
      { sql: `CREATE TEMP TABLE ${name} AS SELECT line, text, NULL::VARCHAR AS broken FROM (${read})`, parameters },
    ];
  }
  // A missing line shifts the numbers of all that follow. `before` is the number, among the lines that were read, after which
  // the k-th missing one belongs.
  return [
    { sql: `CREATE TEMP TABLE ${name}_read AS ${read}`, parameters },
    {
      sql: `CREATE TEMP TABLE ${name} AS
        WITH missing AS (
          SELECT line, row_number() OVER (ORDER BY line) AS k,
            any_value(ltrim(csv_line, chr(10) || chr(13))) AS text,
            any_value(CASE error_type WHEN 'INVALID ENCODING' THEN 'is not UTF-8' ELSE 'is longer than ${MAX_LINE_BYTES} bytes' END) AS broken
          FROM ${name}_broken GROUP BY line
        ), shifts AS (SELECT line - k AS before, max(k) AS k FROM missing GROUP BY before)
        SELECT read.line + coalesce(shifts.k, 0) AS line, read.text, NULL::VARCHAR AS broken
        FROM ${name}_read AS read ASOF LEFT JOIN shifts ON read.line > shifts.before
        UNION ALL SELECT line, text, broken FROM missing
        ORDER BY line`,
    },
  ];
}

/**
 * The records of a CSV file's lines: (line, text, broken), where line is the one in which the record begins.
 *
 * A line with an odd number of quotes opens a cell that continues, the next such line closes it. Only these spans are joined:
 * aggregating every line by its record took three times as long.
 */
export function csvRecords(lines: string, quote: Quote, { quotedLineEnds }: LineTraits): string {
  const told = "text <> '' OR broken IS NOT NULL";
  if (!quotedLineEnds) return `SELECT line, text, broken FROM ${lines} WHERE ${told}`;
  return `
    WITH odd AS (SELECT line, row_number() OVER (ORDER BY line) AS place FROM ${lines} WHERE ${countQuotes(quote)} % 2 = 1),
      spans AS (
        SELECT opening.line AS first, coalesce(closing.line, ${Number.MAX_SAFE_INTEGER}) AS last
        FROM odd AS opening LEFT JOIN odd AS closing ON closing.place = opening.place + 1
        WHERE opening.place % 2 = 1
      ),
      placed AS MATERIALIZED (
        SELECT line, text, broken, first, last FROM ${lines} AS lines ASOF LEFT JOIN spans ON lines.line >= spans.first
      )
    SELECT line, text, broken FROM placed WHERE (last IS NULL OR line > last) AND (${told})
    UNION ALL
    SELECT first, string_agg(coalesce(text, ''), chr(10) ORDER BY line), any_value(broken)
    FROM placed WHERE line <= last GROUP BY first`;
}

/** A character of a regular expression that stands for itself. */
export function literalCharacter(character: string): string {
  return character === '|' ? '\\|' : character;
}

/** The cells of a record, still quoted; null if the quotes do not follow RFC 4180. */
export function csvCells(text: string, { separator, quote }: CsvShape): string {
  const between = quoteText(separator);
  if (quote === '') return `string_split(${text}, ${between})`;
  const [divider, cell] = [
    literalCharacter(separator),
    `${quote}(?:[^${quote}]|${quote}${quote})*${quote}|[^${quote}${separator}]*`,
  ];
  return (
    `CASE WHEN NOT contains(${text}, ${quoteText(quote)}) THEN string_split(${text}, ${between}) ` +
    `WHEN regexp_full_match(${text}, ${quoteText(`(?:${cell})(?:${divider}(?:${cell}))*`)}) ` +
    `THEN regexp_extract_all(${between} || ${text}, ${quoteText(`${divider}(${cell})`)}, 1) END`
  );
}

/** A cell without its quotes; null if it is empty. */
export function csvCell(cell: string, quote: Quote): string {
  if (quote === '') return `nullif(${cell}, '')`;
  const [once, twice] = [quoteText(quote), quoteText(quote + quote)];
  return `nullif(CASE WHEN starts_with(${cell}, ${once}) THEN replace(substr(${cell}, 2, length(${cell}) - 2), ${twice}, ${once}) ELSE ${cell} END, '')`;
}
