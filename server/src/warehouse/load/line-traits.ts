/** How the lines of a text file can be read one by one: found out by reading it, for files that are not plain. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { ProgramStep, Watch } from '../../core/ports/engine.ts';
import type { ResultRow } from '../../core/rows.ts';
import type { MappedFile } from './column-mapping.ts';
import { askFile, type InspectedFile, UNREADABLE_HEADER } from './inspect.ts';
import { countQuotes, type LineTraits, pathParameter, readLines } from './text-lines.ts';

interface Traced {
  readonly traits: LineTraits;
}

export type TracedFile = MappedFile & Traced;

const WHOLE_LINES: LineTraits = { broken: false, quotedLineEnds: false };

/** The same lines, read once with each idea of where a line ends: a difference means a character would be lost. */
function countLines({ at, quote }: InspectedFile): readonly ProgramStep[] {
  const parameters = pathParameter(at);
  const bytes = 'coalesce(sum(strlen(text)), 0) AS bytes';
  return [
    { sql: `SELECT ${bytes} FROM ${readLines('each_end', 'each')}`, parameters },
    {
      sql: `SELECT ${bytes}, coalesce(sum(${countQuotes(quote)} % 2), 0) AS odd FROM ${readLines('lines', 'CRLF')}`,
      parameters,
    },
    { sql: 'SELECT count(*) AS broken, min(line) AS first FROM lines_broken' },
  ];
}

function traitsOf(
  { path, format, headerLine }: InspectedFile,
  [each, lines, broken]: readonly (ResultRow | undefined)[],
): LineTraits {
  const refuse = (message: string) => new ConveyanceError('load_refused', `${path} ${message}`);
  if (each?.['bytes'] !== lines?.['bytes']) {
    throw refuse('has carriage returns that do not belong to a line end; save it with LF or CRLF line ends');
  }
  const hasBroken = Number(broken?.['broken']) > 0;
  if (format === 'csv' && hasBroken && Number(broken?.['first']) <= headerLine) throw refuse(UNREADABLE_HEADER);
  return { broken: hasBroken, quotedLineEnds: format === 'csv' && Number(lines?.['odd']) > 0 };
}

/** Throws `load_refused` for a file whose lines, or whose header, cannot be told. */
export async function traceLines<File extends InspectedFile>(
  deps: Pick<Deps, 'engine'>,
  file: File,
  watch: Watch,
): Promise<File & Traced> {
  if (file.format === 'parquet') return { ...file, traits: WHOLE_LINES };
  const answers = await askFile(deps, file, countLines(file), watch);
  const traits = traitsOf(
    file,
    answers.map((rows) => rows[0]),
  );
  return { ...file, traits };
}
