/** Which files a load takes, their formats, and which table each one fills. */
import { ConveyanceError } from '../core/errors.ts';
import { likely } from '../core/input/nearest.ts';
import type { Deps } from '../core/ports/deps.ts';
import type { Watch } from '../core/ports/engine.ts';
import { exactPath } from './sql.ts';
import { TABLES, type Table, type TableName } from './tables.ts';

export type FileFormat = 'csv' | 'jsonl' | 'parquet';

export interface SourceFile {
  /** As people know it. */
  readonly path: string;
  /** Where the engine reads it: another place for one that had to be decoded. */
  readonly at: string;
  readonly format: FileFormat;
  readonly table: Table;
}

const FORMATS: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(?:csv|tsv|txt)(?:\.gz|\.zst)?$/i, 'csv'],
  [/\.(?:jsonl|ndjson|json)(?:\.gz|\.zst)?$/i, 'jsonl'],
  [/\.parquet$/i, 'parquet'],
];

const TABLE_NAMES = Object.keys(TABLES);

export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isTableName(text: string): text is TableName {
  return Object.hasOwn(TABLES, text);
}

/** The table that a name stands for: `units`, `unit_days-2025-01`, `unit_days.part2`. */
function tableNamed(name: string): Table | null {
  const [stem = ''] = name.split(/[-.]/);
  return isTableName(stem) ? TABLES[stem] : null;
}

function formatOf(path: string): FileFormat | null {
  return FORMATS.find(([form]) => form.test(path))?.[1] ?? null;
}

/** A file's table follows from its own name, else from its directory's: `unit_days/2025-01.parquet`. */
function tableOf(path: string): Table | null {
  return tableNamed(fileNameOf(path)) ?? tableNamed(fileNameOf(directoryOf(path)));
}

function refuse(message: string): never {
  throw new ConveyanceError('load_refused', message);
}

function requireTable(name: string): Table {
  if (isTableName(name)) return TABLES[name];
  const meant = likely(name, TABLE_NAMES);
  const hint = meant === null ? `there are ${TABLE_NAMES.join(', ')}` : `the nearest is ${meant}`;
  return refuse(`there is no table ${name}; ${hint}`);
}

function namedFile(path: string, forced: Table | null): SourceFile {
  const format = formatOf(path) ?? refuse(`${path} is none of .csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet`);
  const [stem = ''] = fileNameOf(path).split('.');
  const table =
    forced ??
    tableOf(path) ??
    refuse(
      `${path} does not say which table it fills: name it like one, or pass --table ${likely(stem, TABLE_NAMES) ?? `with one of ${TABLE_NAMES.join(', ')}`}`,
    );
  return { path, at: path, format, table };
}

export interface FoundFiles {
  readonly files: readonly SourceFile[];
  /** Files of a directory that are in no format or of no table that a load knows. */
  readonly skipped: readonly string[];
}

/** The files at a path: the file itself, or those in the directory and in its sub-directories. */
async function expand(
  { engine }: Pick<Deps, 'engine'>,
  path: string,
  watch: Watch,
): Promise<{ file: boolean; paths: readonly string[] }> {
  const pattern = exactPath(path);
  const [itself = [], inside = []] = await engine.run(
    {
      tables: {},
      inputs: {},
      directories: [directoryOf(path), path],
      steps: [
        { sql: 'SELECT file FROM glob($itself)', parameters: { itself: pattern } },
        {
          sql: 'SELECT file FROM glob($inside) UNION ALL SELECT file FROM glob($below) ORDER BY file',
          parameters: { inside: `${pattern}/*`, below: `${pattern}/*/*` },
        },
      ],
    },
    { lane: 'load' },
    watch,
  );
  const file = itself.length > 0;
  return { file, paths: (file ? itself : inside).map((row) => String(row['file'])) };
}

/** @param paths absolute; a directory stands for its files and those of its direct sub-directories. */
export async function findFiles(
  deps: Pick<Deps, 'engine'>,
  paths: readonly string[],
  tableName: string | null,
  watch: Watch,
): Promise<FoundFiles> {
  const forced = tableName === null ? null : requireTable(tableName);
  const files: SourceFile[] = [];
  const skipped: string[] = [];
  for (const path of paths) {
    const found = await expand(deps, path, watch);
    if (found.paths.length === 0) refuse(`there is no file at ${path}, and no directory with files`);
    for (const each of found.paths) {
      const known = formatOf(each) !== null && (forced ?? tableOf(each)) !== null;
      if (found.file || known) files.push(namedFile(each, forced));
      else skipped.push(each);
    }
  }
  if (files.length === 0) refuse(`no file is named like a table: ${TABLE_NAMES.join(', ')}`);
  return { files: [...new Map(files.map((file) => [file.path, file])).values()], skipped };
}
