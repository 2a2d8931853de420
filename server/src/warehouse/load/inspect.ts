/** What a file says about itself before its rows are read: its columns, and for text how its lines can be read. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ProgramStep, Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import type { ResultRow } from '../../core/rows.ts';
import type { DecodedFile } from '../formats/decode.ts';
import { splitRecord, splitRecords } from '../formats/split-records.ts';
import { type CsvShape, DELIMITERS, type GivenFormat, QUOTES } from '../formats/text-format.ts';
import { directoryOf, type FileFormat } from '../source-files.ts';
import { exactPath } from '../sql.ts';
import { type LineEnds, pathParameter, readLines } from './text-lines.ts';

export interface InspectedFile extends DecodedFile, CsvShape {
  /** In the file's order, without surrounding blanks. */
  readonly columns: readonly string[];
  /** The engine's types of a Parquet file's columns; empty for text. */
  readonly storedTypes: readonly string[];
  /** The text of a CSV file's header. */
  readonly header: string;
  /** False for a CSV file whose second line depends on where lines are taken to end. */
  readonly endsAgree: boolean;
  /** The line of a CSV file's header; 0 if there is none. */
  readonly headerLine: number;
  /** The lines behind a CSV file's header, the first of them. */
  readonly lines: readonly string[];
  /** The cells of a CSV file's first records. */
  readonly sample: readonly (readonly string[])[];
}

/** Enough to see of what form the cells are; the engine reads them in a few milliseconds. */
const SAMPLE_LINES = 1000;

const CSV_HEADER = (path: string, headerLine: number): ProgramStep => ({
  sql: `SELECT line, text FROM (SELECT row_number() OVER () AS line, text FROM ${readLines('header', 'CRLF')})
    WHERE text <> '' AND line >= ${headerLine} LIMIT 1`,
  parameters: pathParameter(path),
});

const CSV_SAMPLE = (path: string, headerLine: number): ProgramStep => ({
  sql: `SELECT list(coalesce(text, '') ORDER BY line) AS lines FROM (
      SELECT row_number() OVER () AS line, text FROM ${readLines('sample', 'CRLF')} LIMIT ${SAMPLE_LINES + headerLine}
    ) WHERE line > ${headerLine}`,
  parameters: pathParameter(path),
});

/** Enough to see a file whose lines end with carriage returns alone. */
const FIRST_LINES = (path: string, ends: LineEnds): ProgramStep => ({
  sql: `SELECT list(text) AS lines FROM (SELECT text FROM ${readLines(`first_${ends}`, ends)} WHERE text <> '' LIMIT 2)`,
  parameters: pathParameter(path),
});

const JSON_KEYS = (path: string): ProgramStep => ({
  sql: `SELECT DISTINCT name FROM (
      SELECT DISTINCT json_keys(CASE WHEN json_valid(text) THEN text END) AS names FROM ${readLines('keys', 'CRLF')}
    ), unnest(names) AS each(name) ORDER BY name`,
  parameters: pathParameter(path),
});

const JSON_START = (path: string): ProgramStep => ({
  sql: `SELECT left(ltrim(text), 1) AS start FROM ${readLines('start', 'CRLF')} WHERE trim(text) <> '' LIMIT 1`,
  parameters: pathParameter(path),
});

const STEPS: Readonly<Record<FileFormat, (path: string, given: GivenFormat) => readonly ProgramStep[]>> = {
  csv: (path, { headerLine = 1 }) => [
    CSV_HEADER(path, headerLine),
    FIRST_LINES(path, 'CRLF'),
    FIRST_LINES(path, 'each'),
    CSV_SAMPLE(path, headerLine),
  ],
  jsonl: (path) => [JSON_KEYS(path), JSON_START(path)],
  parquet: (path) => [
    {
      sql: 'SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet($path))',
      parameters: { path: exactPath(path) },
    },
  ],
};

function refuse(path: string, message: string, cause?: unknown): never {
  throw new ConveyanceError('load_refused', `${path} ${message}`, cause === undefined ? {} : { cause });
}

/** Apostrophes quote only where they quote the first name: in a name they are common. */
function quotesFor(header: string, { quote }: GivenFormat) {
  if (quote !== undefined) return [quote];
  return header.startsWith("'") ? QUOTES.filter((each) => each !== '') : (['"'] as const);
}

/** The names of the columns by the separator and the quote that find most of them. Null if none finds any. */
function headerOf(header: string, given: GivenFormat) {
  const separators = given.delimiter === undefined ? DELIMITERS : [given.delimiter];
  const shapes = quotesFor(header, given).flatMap((quote) => separators.map((separator) => ({ separator, quote })));
  const found = shapes.flatMap((shape) => {
    const columns = splitRecord(header, shape)?.map((name) => name.trim());
    const quoted = columns?.some((name) => name.startsWith("'") && name.endsWith("'")) ?? true;
    return columns === undefined ? [] : [{ ...shape, columns, rank: columns.length * 2 + (quoted ? 0 : 1) }];
  });
  const [first, ...others] = found;
  if (first === undefined) return null;
  const { rank: _, ...best } = others.reduce((best, each) => (each.rank > best.rank ? each : best), first);
  return best;
}

export const UNREADABLE_HEADER = 'has a header that cannot be read: its column names must be UTF-8 text in one line';

const NO_LINES = {
  separator: ',',
  quote: '"',
  header: '',
  endsAgree: true,
  headerLine: 0,
  lines: [],
  sample: [],
} as const;

function textsOf(value: ResultRow[string] | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function csvFile(file: DecodedFile, given: GivenFormat, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  const header = answers[0]?.[0];
  if (header === undefined) return refuse(file.path, 'is empty: a CSV file begins with the names of its columns');
  const text = String(header['text']);
  const found = headerOf(text, given);
  const headerLine = Number(header['line']);
  if (found === null) return refuse(file.path, UNREADABLE_HEADER);
  const [crlf, each] = [answers[1], answers[2]].map((rows) => JSON.stringify(rows?.[0]?.['lines']));
  // The sample begins behind the line in which a header was looked for: blank ones may come before it.
  const before = headerLine - (given.headerLine ?? 1);
  const lines = textsOf(answers[3]?.[0]?.['lines']).slice(before);
  const sample = splitRecords(lines, found);
  return { ...file, ...found, storedTypes: [], header: text, endsAgree: crlf === each, headerLine, lines, sample };
}

function readAnswers(file: DecodedFile, given: GivenFormat, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  if (file.format === 'csv') return csvFile(file, given, answers);
  if (file.format === 'jsonl') {
    const columns = (answers[0] ?? []).map((row) => String(row['name']));
    const start = String(answers[1]?.[0]?.['start'] ?? '');
    if (columns.length === 0 && start === '[') {
      return refuse(file.path, "is one JSON array; write an object per line, as `jq -c '.[]'` makes of it");
    }
    return { ...file, ...NO_LINES, columns, storedTypes: [] };
  }
  const described = answers[0] ?? [];
  return {
    ...file,
    columns: described.map((row) => String(row['column_name'])),
    storedTypes: described.map((row) => String(row['column_type'])),
    ...NO_LINES,
  };
}

/** Runs the questions about a file. Throws `load_refused` if it cannot be read as what it is called. */
export async function askFile(
  { engine }: Pick<Deps, 'engine'>,
  { path, at, format }: DecodedFile,
  steps: readonly ProgramStep[],
  watch: Watch,
): Promise<readonly (readonly ResultRow[])[]> {
  const program = { tables: {}, inputs: {}, directories: [directoryOf(at)], steps };
  try {
    return await engine.run(program, { lane: 'load' }, watch);
  } catch (error) {
    if (!(error instanceof EngineError && error.isFinal)) throw error;
    return refuse(path, `cannot be read as ${format}`, error);
  }
}

export async function inspectFile(
  deps: Pick<Deps, 'engine'>,
  file: DecodedFile,
  given: GivenFormat,
  watch: Watch,
): Promise<InspectedFile> {
  return readAnswers(file, given, await askFile(deps, file, STEPS[file.format](file.at, given), watch));
}
