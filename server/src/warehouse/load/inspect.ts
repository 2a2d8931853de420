/** What a file says about itself before its rows are read: its columns, and for text how its lines can be read. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ProgramStep, Watch } from '../../core/ports/engine.ts';
import { EngineError } from '../../core/ports/engine-error.ts';
import { CSV_DELIMITERS } from '../../core/ports/intake.ts';
import type { ResultRow } from '../../core/rows.ts';
import { directoryOf, type FileFormat, type SourceFile } from '../source-files.ts';
import { exactPath } from '../sql.ts';
import { csvCell, csvCells, type LineTraits, pathParameter, QUOTES, readLines } from './text-lines.ts';

export interface InspectedFile extends SourceFile {
  /** In the file's order, without surrounding blanks. */
  readonly columns: readonly string[];
  /** The engine's types of a Parquet file's columns; empty for text. */
  readonly storedTypes: readonly string[];
  readonly traits: LineTraits;
  /** The line of a CSV file's header; 0 if there is none. */
  readonly headerLine: number;
}

const WHOLE_LINES: LineTraits = { broken: false, quotedLineEnds: false, separator: ',' };

/** The same lines, read once with each idea of where a line ends: a difference means a character would be lost. */
function countLines(path: string): readonly ProgramStep[] {
  const parameters = pathParameter(path);
  const bytes = 'coalesce(sum(strlen(text)), 0) AS bytes';
  return [
    { sql: `SELECT ${bytes} FROM ${readLines('each_end', 'each')}`, parameters },
    {
      sql: `SELECT ${bytes}, coalesce(sum(${QUOTES} % 2), 0) AS odd FROM ${readLines('lines', 'CRLF')}`,
      parameters,
    },
    { sql: 'SELECT count(*) AS broken, min(line) AS first FROM lines_broken' },
  ];
}

/** The names by each separator. */
const NAMES = CSV_DELIMITERS.map(
  (separator) => `list_transform(${csvCells('text', separator)}, lambda cell: coalesce(trim(${csvCell('cell')}), ''))`,
).join(', ');

const CSV_HEADER = (path: string): ProgramStep => ({
  sql: `SELECT line, [${NAMES}] AS names
    FROM (SELECT row_number() OVER () AS line, text FROM ${readLines('header', 'CRLF')}) WHERE text <> '' LIMIT 1`,
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
  csv: (path) => [...countLines(path), CSV_HEADER(path)],
  jsonl: (path) => [...countLines(path), JSON_KEYS(path), JSON_START(path)],
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

function traitsOf(path: string, [each, lines, broken]: readonly (ResultRow | undefined)[]): LineTraits {
  if (each?.['bytes'] !== lines?.['bytes']) {
    refuse(path, 'has carriage returns that do not belong to a line end; save it with LF or CRLF line ends');
  }
  return { broken: Number(broken?.['broken']) > 0, quotedLineEnds: Number(lines?.['odd']) > 0, separator: ',' };
}

function csvFile(file: SourceFile, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  const traits = traitsOf(
    file.path,
    answers.slice(0, 3).map((rows) => rows[0]),
  );
  const header = answers[3]?.[0];
  const firstBroken = answers[2]?.[0]?.['first'];
  if (header === undefined) return refuse(file.path, 'is empty: a CSV file begins with the names of its columns');
  const found = headerOf(header['names']);
  const headerLine = Number(header['line']);
  if (found === null || (traits.broken && Number(firstBroken) <= headerLine)) {
    return refuse(file.path, 'has a header that cannot be read: its column names must be UTF-8 text in one line');
  }
  const { columns, separator } = found;
  return { ...file, columns, storedTypes: [], traits: { ...traits, separator }, headerLine };
}

function readAnswers(file: SourceFile, answers: readonly (readonly ResultRow[])[]): InspectedFile {
  if (file.format === 'csv') return csvFile(file, answers);
  if (file.format === 'jsonl') {
    const traits = {
      ...traitsOf(
        file.path,
        answers.slice(0, 3).map((rows) => rows[0]),
      ),
      quotedLineEnds: false,
    };
    const columns = (answers[3] ?? []).map((row) => String(row['name']));
    const start = String(answers[4]?.[0]?.['start'] ?? '');
    if (columns.length === 0 && start === '[') {
      return refuse(file.path, "is one JSON array; write an object per line, as `jq -c '.[]'` makes of it");
    }
    return { ...file, columns, storedTypes: [], traits, headerLine: 0 };
  }
  const described = answers[0] ?? [];
  return {
    ...file,
    columns: described.map((row) => String(row['column_name'])),
    storedTypes: described.map((row) => String(row['column_type'])),
    traits: WHOLE_LINES,
    headerLine: 0,
  };
}

export async function inspectFile(deps: Pick<Deps, 'engine'>, file: SourceFile, watch: Watch): Promise<InspectedFile> {
  const steps = STEPS[file.format](file.path);
  const program = { tables: {}, inputs: {}, directories: [directoryOf(file.path)], steps };
  try {
    return readAnswers(file, await deps.engine.run(program, { lane: 'load' }, watch));
  } catch (error) {
    if (!(error instanceof EngineError && error.isFinal)) throw error;
    return refuse(file.path, `cannot be read as ${file.format}`, error);
  }
}
