import { isScalar, sqlType } from '../../core/column-types.ts';
import type { ColumnType } from '../../core/columns.ts';
import type { OutputFormat } from '../../core/job.ts';
import type { Rows } from '../../core/plan/rows.ts';
import type { FileForm } from '../../core/ports/engine.ts';
import type { PartSizes } from '../../core/ports/engine-session.ts';
import { identifier, literal } from '../print/identifiers.ts';
import type { ChildSettings, TableColumn } from '../protocol.ts';

/** Readers of Parquet work by row groups of this size; it is the engine's own preference (60 of its vectors). */
const ROWS_PER_GROUP = 122_880;

const ONE_GROUP: PartSizes = { first: ROWS_PER_GROUP, others: ROWS_PER_GROUP };

/** A smaller first part shows progress soon. */
const FIRST_ROWS = 50_000;
/** While the engine sorts, progress is told by whole parts; larger ones gained nothing. */
const MOST_ROWS = 200_000;
const LEAST_ROWS = 10_000;
/**
 * What a value takes until it is written: a row of JSON lines names its columns, 2,500 bytes where CSV has 750, and of what several threads
 * write at once, all of the text is in memory before its first byte goes out. Within 512 MiB, 362,000 rows of 101 columns as CSV took 3.4 s
 * in parts of 150,000 rows and 4.5 s in parts of 60,000, and all processes together 1,050 and 760 MiB; as JSON lines in parts of 60,000
 * rows 5.0 s and 1,130 MiB, of 150,000 rows 4.9 s and 1,430 MiB.
 */
const BYTES_PER_VALUE = { csv: 36, jsonl: 120 } as const;

/**
 * A part reads the row groups at its edges again, in every file: at 8,192 rows in a group and 12 files, one of 50,000 rows reads three times
 * what it writes, one of 200,000 rows 1.5 times. So parts are as large as there is memory for. A Parquet part is one row group wherever it
 * is written, since the parts of a Parquet file are seen in its bytes.
 */
export function rowsPerPart(
  { columns }: Pick<Rows, 'columns'>,
  format: OutputFormat,
  { partBytes }: Pick<ChildSettings, 'partBytes'>,
): PartSizes {
  if (format === 'parquet') return ONE_GROUP;
  const fitting = Math.floor(partBytes / BYTES_PER_VALUE[format] / Math.max(1, columns.length));
  const others = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, fitting));
  return { first: Math.min(FIRST_ROWS, others), others };
}

const RFC_3339 = '%Y-%m-%dT%H:%M:%S.%fZ';

function holdsInstant(type: ColumnType): boolean {
  if (isScalar(type)) return type === 'instant';
  return 'list' in type ? holdsInstant(type.list) : Object.values(type.struct).some(holdsInstant);
}

/** The value with its instants as text: the engine alone would write `2025-01-31 12:00:00+00`. */
function withInstantsAsText(type: ColumnType, value: string): string {
  if (!holdsInstant(type)) return value;
  if (isScalar(type)) return `strftime(make_timestamp(epoch_us(${value})), ${literal(RFC_3339)})`;
  if ('list' in type) return `list_transform(${value}, lambda item: ${withInstantsAsText(type.list, 'item')})`;
  const fields = Object.entries(type.struct).map(
    ([name, field]) => `${identifier(name)} := ${withInstantsAsText(field, `${value}.${identifier(name)}`)}`,
  );
  return `CASE WHEN ${value} IS NOT NULL THEN struct_pack(${fields.join(', ')}) END`;
}

/** What a spreadsheet takes for the beginning of a formula, including the full-width forms of East Asian keyboards. */
const FORMULA = '^[=+\\-@\\t\\r\\n＝＋－＠]';
const BYTE_ORDER_MARK = '\ufeff';
const CRLF = '\r\n';

/** An apostrophe before it makes it text. */
function guarded(text: string): string {
  return `CASE WHEN regexp_matches(${text}, ${literal(FORMULA)}) THEN concat('''', ${text}) ELSE ${text} END`;
}

function expression({ name, type }: TableColumn, { format, csvProfile }: FileForm): string {
  const typed = `CAST(${identifier(name)} AS ${sqlType(type)})`;
  if (format === 'parquet') return typed;
  const value = withInstantsAsText(type, typed);
  if (format !== 'csv') return value;
  if (!isScalar(type)) return `to_json(${value})`;
  return csvProfile === 'excel' && type === 'text' ? guarded(value) : value;
}

function options({ format, csvProfile, metadata }: FileForm, header: boolean): string {
  // Into a pipe: a file with a temporary name could not be renamed to it.
  if (format === 'csv') {
    const newLine = csvProfile === 'excel' ? `, NEW_LINE ${literal(CRLF)}` : '';
    return `FORMAT csv, HEADER ${header}${newLine}, USE_TMP_FILE false`;
  }
  if (format === 'jsonl') return 'FORMAT json, USE_TMP_FILE false';
  const pairs = Object.entries(metadata).map(([key, value]) => `${literal(key)}: ${literal(value)}`);
  const keyValues = pairs.length > 0 ? `, KV_METADATA {${pairs.join(', ')}}` : '';
  return `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V1, ROW_GROUP_SIZE ${ROWS_PER_GROUP}, USE_TMP_FILE false${keyValues}`;
}

/** The statement that writes the rows of `part` to `path`. `header` says whether this is the file's beginning. */
export function copyStatement(
  part: string,
  columns: readonly TableColumn[],
  form: FileForm,
  place: { readonly path: string; readonly header: boolean },
): string {
  // The header's first name carries the mark: the engine itself writes none.
  const mark = form.csvProfile === 'excel' && place.header ? BYTE_ORDER_MARK : '';
  const list = columns.map(
    (column, index) => `${expression(column, form)} AS ${identifier(index === 0 ? mark + column.name : column.name)}`,
  );
  return `COPY (SELECT ${list.join(', ')} FROM (${part})) TO ${literal(place.path)} (${options(form, place.header)})`;
}
