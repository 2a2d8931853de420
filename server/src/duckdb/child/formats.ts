import { isScalar, sqlType } from '../../core/column-types.ts';
import type { ColumnType } from '../../core/columns.ts';
import type { OutputFormat } from '../../core/job.ts';
import type { Rows } from '../../core/plan/rows.ts';
import type { FileForm } from '../../core/ports/engine.ts';
import type { PartSizes } from '../../core/ports/engine-session.ts';
import { identifier, literal } from '../print/identifiers.ts';
import type { TableColumn } from '../protocol.ts';

/** Readers of Parquet work by row groups of this size; it is the engine's own preference (60 of its vectors). */
const ROWS_PER_GROUP = 122_880;

const SOON: PartSizes = { first: 50_000, others: 50_000 };
const LARGE: PartSizes = { first: 50_000, others: 200_000 };
/** A row of JSON lines names its columns: 2,500 bytes where CSV has 750. */
const LARGE_OF_JSON: PartSizes = { first: 50_000, others: 100_000 };
const ONE_GROUP: PartSizes = { first: ROWS_PER_GROUP, others: ROWS_PER_GROUP };
/** Of a part that is written from a table: 16,000 rows of the widest report, as JSON lines 40 MB. */
const VALUES_PER_PART = 1_600_000;

/**
 * Parts that are written from a table are small. Others read the row groups at their edges again, in every file: at 8,192 rows in a group and
 * 12 files, one of 50,000 rows reads three times what it writes, one of 200,000 rows 1.5 times. Where there is memory for one of those at a
 * time only, it is small: 200,000 wide rows of JSON lines did not fit into 256 MiB. A Parquet part is one row group wherever it is written,
 * since the parts of a Parquet file are seen in its bytes.
 *
 * @param partsAtATime null for parts that are written from a table
 */
export function rowsPerPart(
  { columns }: Pick<Rows, 'columns'>,
  format: OutputFormat,
  partsAtATime: number | null,
): PartSizes {
  if (format === 'parquet') return ONE_GROUP;
  if (partsAtATime === null) {
    const rows = Math.min(SOON.others, Math.ceil(VALUES_PER_PART / Math.max(1, columns.length)));
    return { first: rows, others: rows };
  }
  if (partsAtATime === 1) return SOON;
  return format === 'csv' ? LARGE : LARGE_OF_JSON;
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
