/** What a file says about itself before its rows are read: its columns, and for text how its lines can be read. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ProgramStep, Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import { CSV_DELIMITERS, type CsvDelimiter } from '../../core/ports/intake.ts';
import type { ResultRow } from '../../core/rows.ts';
import { directoryOf, type FileFormat, type SourceFile } from '../source-files.ts';
import { exactPath } from '../sql.ts';
import { csvCell, csvCells, type LineEnds, pathParameter, readLines } from './text-lines.ts';

export interface InspectedFile extends SourceFile {
  /** In the file's order, without surrounding blanks. */
  readonly columns: readonly string[];
  /** The engine's types of a Parquet file's columns; empty for text. */
  readonly storedTypes: readonly string[];
  /** What stands between two cells of a record of a CSV file. */
  readonly separator: CsvDelimiter;
  /** The text of a CSV file's header. */
  readonly header: string;
  /** False for a CSV file whose second line depends on where lines are taken to end. */
  readonly endsAgree: boolean;
  /** The line of a CSV file's header; 0 if there is none. */
  readonly headerLine: number;
}

/** The names by each separator. */
const NAMES = CSV_DELIMITERS.map(
  (separator) => `list_transform(${csvCells('text', separator)}, lambda cell: coalesce(trim(${csvCell('cell')}), ''))`,
).join(', ');

const CSV_HEADER = (path: string): ProgramStep => ({
  sql: `SELECT line, text, [${NAMES}] AS names
    FROM (SELECT row_number() OVER () AS line, text FROM ${readLines('header', 'CRLF')}) WHERE text <> '' LIMIT 1`,
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

const STEPS: Readonly<Record<FileFormat, (path: string) => readonly ProgramStep[]>> = {
  csv: (path) => [CSV_HEADER(path), FIRST_LINES(path, 'CRLF'), FIRST_LINES(path, 'each')],
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

/** The names of the columns by the separator that finds most of them. Null if no separator finds any. */
function headerOf(names: ResultRow[string] | undefined) {
  const read = Array.isArray(names) ? names : [];
  const found = CSV_DELIMITERS.flatMap((separator, index) => {
    const columns = read[index];
    return Array.isArray(columns) ? [{ separator, columns: columns.map(String) }] : [];
  });
  return found.reduce<(typeof found)[number] | null>(
    (best, each) => (best === null || each.columns.length > best.columns.length ? each : best),
    null,
  );
}

export const UNREADABLE_HEADER = 'has a header that cannot be read: its column names must be UTF-8 text in one line';

const NO_LINES = { separator: ',', header: '', endsAgree: true, headerLine: 0 } as const;

function csvFile(file: SourceFile, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  const header = answers[0]?.[0];
  if (header === undefined) return refuse(file.path, 'is empty: a CSV file begins with the names of its columns');
  const found = headerOf(header['names']);
  const headerLine = Number(header['line']);
  if (found === null) return refuse(file.path, UNREADABLE_HEADER);
  const [crlf, each] = [answers[1], answers[2]].map((rows) => JSON.stringify(rows?.[0]?.['lines']));
  return { ...file, ...found, storedTypes: [], header: String(header['text']), endsAgree: crlf === each, headerLine };
}

function readAnswers(file: SourceFile, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  if (file.format === 'csv') return csvFile(file, answers);
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
  { path, format }: SourceFile,
  steps: readonly ProgramStep[],
  watch: Watch,
): Promise<readonly (readonly ResultRow[])[]> {
  const program = { tables: {}, inputs: {}, directories: [directoryOf(path)], steps };
  try {
    return await engine.run(program, { lane: 'load' }, watch);
  } catch (error) {
    if (!(error instanceof EngineError && error.isFinal)) throw error;
    return refuse(path, `cannot be read as ${format}`, error);
  }
}

export async function inspectFile(deps: Pick<Deps, 'engine'>, file: SourceFile, watch: Watch): Promise<InspectedFile> {
  return readAnswers(file, await askFile(deps, file, STEPS[file.format](file.path), watch));
}
