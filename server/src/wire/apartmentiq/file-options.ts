/** The fields of a report request that choose the file: their form, and what they allow together. */
import { z } from 'zod';
import { likelyHint } from '../../core/input/nearest.ts';
import {
  DEFAULT_FILE_OPTIONS,
  type FileOptions,
  OUTPUT_FORMATS,
  REPORT_TYPES,
  type ReportType,
} from '../../core/job.ts';
import { REPORTS } from '../../reports/catalogue.ts';
import { checkedList } from '../fields.ts';
import { compressionSchema, csvProfileSchema } from './words.ts';

/** The names of a report's columns. */
export type ColumnNames = (type: ReportType) => readonly string[];

/** Those of the reports that there are. */
export const columnNamesOf: ColumnNames = (type) => REPORTS[type].columns.map(({ name }) => name);

const MAX_NAME_CHARACTERS = 255;

const MESSAGES = {
  columns: 'columns must be a non-empty array of column names',
  compressedParquet: 'compression must be none for output_format parquet, which is compressed within',
  profileOfOthers: 'csv_profile must be standard for any output_format but csv',
  name: `name must be text of at most ${MAX_NAME_CHARACTERS} characters, none of them a control character`,
} as const;

function isColumnList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');
}

/** Counts code points. Half a surrogate pair is not a character: the database would store another in its place. */
const NAME = /^[^\p{Cc}\p{Cs}]{0,255}$/u;

/** Each by itself. */
export const fileOptionFields = {
  columns: checkedList<readonly string[]>((value) => (isColumnList(value) ? null : MESSAGES.columns), {
    items: { type: 'string' },
    minItems: 1,
    description: 'Only these columns, in this order. Default: all. The rows stay in the order of the report’s key.',
    example: ['id', 'report_generation_date', 'avg_rent'],
  }).optional(),
  compression: compressionSchema
    .meta({ description: 'Of the whole CSV or JSONL file. Parquet is compressed within and takes none.' })
    .optional(),
  csv_profile: csvProfileSchema
    .meta({
      description:
        'excel: with byte order mark and CRLF, and with an apostrophe before text that a spreadsheet would take for a formula ' +
        '(it begins with =, +, -, @, a tab or a line break).',
    })
    .optional(),
  name: z
    .string({ error: MESSAGES.name })
    .refine((text) => NAME.test(text), { error: MESSAGES.name })
    .meta({ maxLength: MAX_NAME_CHARACTERS, description: 'Your own word for the export.', example: 'Q4 portfolio' })
    .optional(),
};

/** What several fields say together; each may be missing or wrong, which is then its own fault. */
const combined = z.object({
  report_type: z.enum(REPORT_TYPES).nullish().catch(null),
  output_format: z.enum(OUTPUT_FORMATS).nullish().catch(null),
  columns: fileOptionFields.columns.catch(undefined),
  compression: fileOptionFields.compression.catch(undefined),
  csv_profile: fileOptionFields.csv_profile.catch(undefined),
});

/** A word of the request in a message; a body may hold a word of 24 MB. */
const LONGEST_QUOTED = 64;

function quoted(word: string): string {
  return word.length <= LONGEST_QUOTED ? word : `${word.slice(0, LONGEST_QUOTED)}…`;
}

function columnsFault(columns: readonly string[], known: readonly string[] | null): string | null {
  const seen = new Set<string>();
  for (const name of columns) {
    if (seen.has(name)) return `columns contains column ${quoted(name)} more than once`;
    if (known !== null && !known.includes(name)) {
      return `columns contains unknown column ${quoted(name)}${likelyHint(name, known)}`;
    }
    seen.add(name);
  }
  return null;
}

/** By field, what is wrong with fields that are well-formed by themselves. */
export function combinedFaults(body: object, columnNames: ColumnNames): ReadonlyMap<string, string> {
  const { report_type: type, output_format: format, columns, compression, csv_profile: profile } = combined.parse(body);
  const faults = new Map<string, string>();
  const fault = columns ? columnsFault(columns, type ? columnNames(type) : null) : null;
  if (fault !== null) faults.set('columns', fault);
  if (format === 'parquet' && compression && compression !== 'none')
    faults.set('compression', MESSAGES.compressedParquet);
  if (format && format !== 'csv' && profile === 'excel') faults.set('csv_profile', MESSAGES.profileOfOthers);
  return faults;
}

type ReadFields = { readonly [Field in keyof typeof fileOptionFields]?: z.infer<(typeof fileOptionFields)[Field]> };

export function toFileOptions({ columns, compression, csv_profile, name }: ReadFields): FileOptions {
  return {
    columns: columns ?? DEFAULT_FILE_OPTIONS.columns,
    compression: compression ?? DEFAULT_FILE_OPTIONS.compression,
    csvProfile: csv_profile ?? DEFAULT_FILE_OPTIONS.csvProfile,
    name: name ?? DEFAULT_FILE_OPTIONS.name,
  };
}
