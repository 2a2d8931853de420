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
  /** Which of the claims took it, by its place among them; null where none were made. */
  readonly claim: number | null;
}

/** Files whose names a mapping says. */
export interface Claim {
  readonly table: Table;
  /** Of the name without its folder: `*` stands for any characters. Null: every one. */
  readonly file: string | null;
}

const FORMATS: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(?:csv|tsv|txt)(?:\.gz|\.zst)?$/i, 'csv'],
  [/\.(?:jsonl|ndjson|json)(?:\.gz|\.zst)?$/i, 'jsonl'],
  [/\.parquet$/i, 'parquet'],
];

const FORMAT_NAMES = '.csv, .tsv, .txt, .jsonl, .ndjson, .json, .parquet';
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
export function tableOf(path: string): Table | null {
  return tableNamed(fileNameOf(path)) ?? tableNamed(fileNameOf(directoryOf(path)));
}

function refuse(message: string): never {
  throw new ConveyanceError('load_refused', message);
}

export function requireTable(name: string): Table {
  if (isTableName(name)) return TABLES[name];
  const meant = likely(name, TABLE_NAMES);
  const hint = meant === null ? `there are ${TABLE_NAMES.join(', ')}` : `the nearest is ${meant}`;
  return refuse(`there is no table ${name}; ${hint}`);
}

function namedFile(path: string, forced: Table | null): SourceFile {
  const format = formatOf(path) ?? refuse(`${path} is none of ${FORMAT_NAMES}`);
  const [stem = ''] = fileNameOf(path).split('.');
  const table =
    forced ??
    tableOf(path) ??
    refuse(
      `${path} does not say which table it fills: name it like one, or pass --table ${likely(stem, TABLE_NAMES) ?? `with one of ${TABLE_NAMES.join(', ')}`}`,
    );
  return { path, at: path, format, table, claim: null };
}

export interface FoundFiles {
  readonly files: readonly SourceFile[];
  /** Files of a directory that are in no format or of no table that a load knows. */
  readonly skipped: readonly string[];
}

/** The folder above the first part of a pattern that is not a plain name. */
function fixedFolder(pattern: string): string {
  return directoryOf(pattern.slice(0, pattern.search(/[*?]/)));
}

/** The files at a path: the file itself, or those in the directory and in its sub-directories, or those that fit a pattern. */
async function expand(
  { engine }: Pick<Deps, 'engine'>,
  path: string,
  watch: Watch,
): Promise<{ file: boolean; paths: readonly string[] }> {
  const exact = exactPath(path);
  const isPattern = /[*?]/.test(path);
  const [itself = [], inside = [], fitting = []] = await engine.run(
    {
      tables: {},
      inputs: {},
      directories: [directoryOf(path), path, ...(isPattern ? [fixedFolder(path)] : [])],
      steps: [
        { sql: 'SELECT file FROM glob($itself)', parameters: { itself: exact } },
        {
          sql: 'SELECT file FROM glob($inside) UNION ALL SELECT file FROM glob($below) ORDER BY file',
          parameters: { inside: `${exact}/*`, below: `${exact}/*/*` },
        },
        ...(isPattern
          ? [
              {
                sql: 'SELECT file FROM glob($pattern) ORDER BY file',
                parameters: { pattern: path.replaceAll('[', '[[]') },
              },
            ]
          : []),
      ],
    },
    { lane: 'load' },
    watch,
  );
  // A file may be called like a pattern.
  const [found = []] = [itself, inside, fitting].filter(({ length }) => length > 0);
  const file = itself.length > 0;
  return { file, paths: found.map((row) => String(row['file'])) };
}

function claims({ file }: Claim, path: string): boolean {
  if (file === null) return true;
  const pattern = file.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`, 'i').test(fileNameOf(path));
}

/** A file is taken by every claim on it: of a rent roll come properties and units. */
function claimedFiles(path: string, all: readonly Claim[], isNamed: boolean): readonly SourceFile[] {
  const format = formatOf(path);
  const taken = all.flatMap((claim, index): readonly SourceFile[] =>
    format !== null && claims(claim, path) ? [{ path, at: path, format, table: claim.table, claim: index }] : [],
  );
  if (taken.length === 0 && isNamed) {
    const names = all.map(({ file }) => file ?? '*').join(', ');
    refuse(
      format === null
        ? `${path} is none of ${FORMAT_NAMES}`
        : `${path} is none of the files that the mapping is of: ${names}`,
    );
  }
  return taken;
}

/** @param paths absolute; a directory stands for its files and those of its direct sub-directories, `*` and `?` for characters of names. */
async function expandAll(deps: Pick<Deps, 'engine'>, paths: readonly string[], watch: Watch) {
  const found = new Map<string, boolean>();
  for (const path of paths) {
    const expanded = await expand(deps, path, watch);
    if (expanded.paths.length === 0) refuse(`there is no file at ${path}, and no directory with files`);
    for (const each of expanded.paths) found.set(each, expanded.file || (found.get(each) ?? false));
  }
  return [...found].map(([path, isNamed]) => ({ path, isNamed }));
}

/** How files are known: by their table's name, by one table of all, or by a mapping. */
export interface Naming {
  readonly table: string | null;
  readonly claims?: readonly Claim[];
}

export async function findFiles(
  deps: Pick<Deps, 'engine'>,
  paths: readonly string[],
  naming: Naming,
  watch: Watch,
): Promise<FoundFiles> {
  const forced = naming.table === null ? null : requireTable(naming.table);
  const files: SourceFile[] = [];
  const skipped: string[] = [];
  for (const { path, isNamed } of await expandAll(deps, paths, watch)) {
    const isKnown = formatOf(path) !== null && (forced ?? tableOf(path)) !== null;
    const taken =
      naming.claims === undefined
        ? isNamed || isKnown
          ? [namedFile(path, forced)]
          : []
        : claimedFiles(path, naming.claims, isNamed);
    files.push(...taken);
    if (taken.length === 0) skipped.push(path);
  }
  if (files.length > 0) return { files, skipped };
  return naming.claims === undefined
    ? refuse(`no file is named like a table: ${TABLE_NAMES.join(', ')}`)
    : refuse(
        `no file is one of those that the mapping is of: ${naming.claims.map(({ file }) => file ?? '*').join(', ')}`,
      );
}

/** Every file of a format that a load reads, whatever it is called; its table is not known. */
export async function findAnyFiles(
  deps: Pick<Deps, 'engine'>,
  paths: readonly string[],
  watch: Watch,
): Promise<readonly SourceFile[]> {
  const { files } = await findFiles(
    deps,
    paths,
    { table: null, claims: [{ table: TABLES.properties, file: null }] },
    watch,
  );
  return files;
}
