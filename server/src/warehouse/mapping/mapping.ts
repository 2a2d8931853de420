/** A mapping file: how a provider's files become rows of our tables. Its text is judged here; YAML is read by who has the file. */
import { z } from 'zod';
import { likelyHint } from '../../core/input/nearest.ts';
import { DAY_STYLES, DELIMITERS, ENCODINGS, type GivenFormat, NUMBER_STYLES, QUOTES } from '../formats/text-format.ts';
import { acceptedColumns, TABLES, type Table, type TableName } from '../tables.ts';
import { UNITS } from './units.ts';

/** The only version that there is. Another one has other words, and is refused. */
const MAPPING_VERSION = 1;
/** Nobody has so many. */
const MOST_ENTRIES = 100;
const MOST_WORDS = 1_000;

const text = z.string();
const name = z.string().min(1);

const FORMAT = z.strictObject({
  encoding: z.enum(ENCODINGS).optional(),
  delimiter: z.enum(DELIMITERS).optional(),
  quote: z.enum(QUOTES).optional(),
  header_line: z.int().min(1).optional(),
  numbers: z.enum(NUMBER_STYLES).optional(),
  dates: z.enum(DAY_STYLES).optional(),
  empty: z.array(text).max(MOST_WORDS).optional(),
});

const SOURCES = ['column', 'constant', 'concat', 'first'] as const;

const CELL = z
  .strictObject({
    column: name.optional(),
    constant: z.union([text, z.number(), z.boolean()]).optional(),
    concat: z.array(name).min(1).optional(),
    with: text.optional(),
    first: z.array(name).min(1).optional(),
    split: name.optional(),
    part: z.int().optional(),
    take: z.enum(['year', 'digits']).optional(),
    values: z.record(text, z.union([text, z.number(), z.boolean(), z.null()])).optional(),
    otherwise: z.enum(['keep', 'empty']).optional(),
    list: name.optional(),
    unit: z.enum(Object.keys(UNITS) as [keyof typeof UNITS]).optional(),
  })
  .superRefine((cell, context) => {
    const sources = SOURCES.filter((source) => cell[source] !== undefined);
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    if (sources.length !== 1) fault(`must have exactly one of ${SOURCES.join(', ')}`);
    if (cell.with !== undefined && cell.concat === undefined) fault('has `with` without `concat`');
    if ((cell.split === undefined) !== (cell.part === undefined)) fault('must have both or none of `split` and `part`');
    if (cell.part === 0) fault('`part` counts from 1, or from -1 for the last');
    if (cell.otherwise !== undefined && cell.values === undefined) fault('has `otherwise` without `values`');
  });

/** A name alone is that column of the file. */
const COLUMN = z.preprocess((value) => (typeof value === 'string' ? { column: value } : value), CELL);

const FILE = z.strictObject({
  file: name.optional(),
  table: z.string(),
  format: FORMAT.optional(),
  columns: z.record(z.string(), COLUMN),
  where: name.optional(),
});

const MAPPING = z.strictObject({
  mapping: z.literal(MAPPING_VERSION),
  format: FORMAT.optional(),
  files: z.array(FILE).min(1).max(MOST_ENTRIES),
});

/** Where the text of a cell comes from, and what is done to it, in the order of the fields. */
export type CellSource = z.infer<typeof CELL>;

export interface FileMapping {
  /** Which files, by their name without its folder: `*` stands for any characters. Null: every one. */
  readonly file: string | null;
  readonly table: Table;
  readonly format: GivenFormat;
  /** By our columns. */
  readonly columns: ReadonlyMap<string, CellSource>;
  /** A condition on our columns: rows for which it is not true are left out. */
  readonly where: string | null;
}

/** What is wrong, and where in the document. */
export interface MappingFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export type ReadMapping =
  | { readonly files: readonly FileMapping[]; readonly faults: null }
  | { readonly files: null; readonly faults: readonly MappingFault[] };

type Issue = z.core.$ZodIssue;

const KEYS: readonly string[] = [
  ...Object.keys(MAPPING.shape),
  ...Object.keys(FILE.shape),
  ...Object.keys(FORMAT.shape),
  ...Object.keys(CELL.shape),
];

function wordsOf(issue: Issue): readonly MappingFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `there is no key ${key}${likelyHint(key, KEYS)}`,
    }));
  }
  if (path.length === 1 && path[0] === 'mapping') {
    return [{ path, message: `must be ${MAPPING_VERSION}, the version of this form that this program reads` }];
  }
  const message = issue.code === 'custom' ? issue.message : issue.message.replace(/^Invalid (?:input|option): /, '');
  return [{ path, message: message.startsWith('expected') ? `${message}` : message }];
}

function tableFaults(file: z.infer<typeof FILE>, index: number): readonly MappingFault[] {
  const tables = Object.keys(TABLES);
  if (!Object.hasOwn(TABLES, file.table)) {
    const message = `there is no table ${file.table}${likelyHint(file.table, tables)}`;
    return [{ path: ['files', index, 'table'], message }];
  }
  const columns = new Map(acceptedColumns(tableOf(file.table)).map((column) => [column.name, column]));
  return Object.entries(file.columns).flatMap(([name, source]): readonly MappingFault[] => {
    const path = ['files', index, 'columns', name];
    const column = columns.get(name);
    if (column === undefined) {
      return [{ path, message: `table ${file.table} has no column ${name}${likelyHint(name, columns.keys())}` }];
    }
    if (source.unit !== undefined && !['number', 'money', 'fraction'].includes(String(column.type))) {
      return [{ path: [...path, 'unit'], message: `${name} is no amount that has a unit` }];
    }
    return [];
  });
}

function tableOf(name: string): Table {
  return TABLES[name as TableName];
}

function formatOf({ header_line: headerLine, ...format }: z.infer<typeof FORMAT>): GivenFormat {
  const given = Object.fromEntries(Object.entries(format).filter(([, value]) => value !== undefined));
  return { ...given, ...(headerLine !== undefined && { headerLine }) };
}

/** @param document the values of a YAML document. */
export function readMapping(document: unknown): ReadMapping {
  const read = MAPPING.safeParse(document);
  if (!read.success) return { files: null, faults: read.error.issues.flatMap(wordsOf) };
  const { files, format = {} } = read.data;
  const faults = files.flatMap(tableFaults);
  if (faults.length > 0) return { files: null, faults };
  return {
    files: files.map((file) => ({
      file: file.file ?? null,
      table: tableOf(file.table),
      format: formatOf({ ...format, ...file.format }),
      columns: new Map(Object.entries(file.columns)),
      where: file.where ?? null,
    })),
    faults: null,
  };
}
