/** What a load of uploads is asked with, judged when it is asked for and read again when it is made. */
import { z } from 'zod';
import { ConveyanceError, refuseFaults } from '../../core/errors.ts';
import { likelyHint } from '../../core/input/nearest.ts';
import { isStorable } from '../../core/input/storable-text.ts';
import { DAY_STYLES, DELIMITERS, ENCODINGS, type GivenFormat, NUMBER_STYLES, QUOTES } from '../formats/text-format.ts';
import { DEFAULT_MAX_REJECTS, type LoadOptions } from '../load/load.ts';
import { readMapping } from '../mapping/mapping.ts';
import { TABLES } from '../tables.ts';

const LONGEST_TEXT = 1000;
const MOST_NAMES = 1000;

const shortText = z.string().max(LONGEST_TEXT).refine(isStorable, 'must be a text without NUL');

/** As it is kept with the load. */
const REQUEST = z.strictObject({
  table: shortText.nullable().default(null),
  column_names: z.record(shortText, shortText).default({}),
  mapping: z.strictObject({ name: shortText, document: z.unknown() }).nullable().default(null),
  format: z
    .strictObject({
      encoding: z.enum(ENCODINGS).optional(),
      delimiter: z.enum(DELIMITERS).optional(),
      quote: z.enum(QUOTES).optional(),
      header_line: z.int().min(1).optional(),
      numbers: z.enum(NUMBER_STYLES).optional(),
      dates: z.enum(DAY_STYLES).optional(),
      empty: z.array(shortText).max(MOST_NAMES).optional(),
    })
    .default({}),
  dry_run: z.boolean().default(false),
  max_rejects: z.int().nonnegative().default(DEFAULT_MAX_REJECTS),
  null_invalid: z.union([z.literal('all'), z.array(shortText).max(MOST_NAMES)]).default([]),
  note: shortText.nullable().default(null),
});

export type LoadRequest = z.infer<typeof REQUEST>;

/** The mapping's own faults, by where they stand in it. */
function mappingFaults({ mapping }: LoadRequest): readonly string[] {
  if (mapping === null) return [];
  return (readMapping(mapping.document).faults ?? []).map(
    ({ path, message }) => `mapping: ${path.join('.')} ${message}`,
  );
}

function tableFaults({ table, mapping, column_names }: LoadRequest): readonly string[] {
  if (mapping !== null && (table !== null || Object.keys(column_names).length > 0)) {
    return ['table and column_names cannot be given with a mapping, which says both'];
  }
  if (table === null || Object.hasOwn(TABLES, table)) return [];
  return [`there is no table ${table}${likelyHint(table, Object.keys(TABLES))}`];
}

/** Throws `invalid_parameter` with every fault. */
export function readLoadRequest(value: unknown): LoadRequest {
  const read = REQUEST.safeParse(value);
  if (!read.success) {
    refuseFaults(read.error.issues.map(({ path, message }) => `${path.join('.') || 'the load'}: ${message}`));
    throw new ConveyanceError('invalid_parameter', 'the load cannot be read');
  }
  refuseFaults([...tableFaults(read.data), ...mappingFaults(read.data)]);
  return read.data;
}

function formatOf({ header_line: headerLine, ...format }: LoadRequest['format']): GivenFormat {
  const given = { ...format, ...(headerLine !== undefined && { headerLine }) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The same for `loadWarehouse`, of files that are at hand. */
export function loadOptionsOf(
  request: LoadRequest,
  files: Pick<LoadOptions, 'paths' | 'rejectFile' | 'by' | 'shownPath'>,
): LoadOptions {
  const { mapping, note } = request;
  const read = mapping === null ? null : readMapping(mapping.document);
  return {
    ...files,
    table: request.table,
    columnNames: new Map(Object.entries(request.column_names)),
    format: formatOf(request.format),
    ...(mapping !== null && read?.files && { mapping: read.files, mappingName: mapping.name }),
    dryRun: request.dry_run,
    maxRejects: request.max_rejects,
    nullInvalid: request.null_invalid,
    ...(note !== null && { note }),
  };
}
