/** One shape for the rows of every format: (line, row_fault, row_text, raw_0 … raw_n, value_0 … value_n). */
import { isScalar, typeName } from '../../core/column-types.ts';
import { ConveyanceError } from '../../core/errors.ts';
import type { Parameters } from '../../core/ports/engine.ts';
import { BoundTexts } from '../formats/bound.ts';
import { cleanedCell, emptiedCell } from '../formats/cell-forms.ts';
import type { CellForms } from '../formats/text-format.ts';
import { columnsOf, isRenamed, plainColumn, sourceText } from '../mapping/cell-source.ts';
import { inOurUnit, type Unit } from '../mapping/units.ts';
import { quoteText } from '../sql.ts';
import type { TableColumn } from '../tables.ts';
import { expectation, type Fault, valueFaults, valueOfParquet, valueOfText } from './cell-types.ts';
import { type MappedColumn, type MappedFile, PROPERTY_ID, SOURCE_ID } from './column-mapping.ts';
import type { TracedFile } from './line-traits.ts';
import { jsonOfCell, nestedFault, nestedValue } from './nested-cells.ts';
import { csvCell, csvCells, csvRecords } from './text-lines.ts';

/** Enough of a value to find it; a reject file is not a second copy of the data. */
const SHOWN_CHARACTERS = 200;
const NOTHING = 'NULL::VARCHAR';

/** The value of a cell that is text, JSON text if it has parts. */
export function valueOfCell(column: TableColumn, cell: string, forms: CellForms | null = null, unit?: Unit): string {
  if (column.fields !== undefined) return nestedValue(column, jsonOfCell(cell, true));
  const { type } = column;
  const isPercent = unit === 'percent';
  const value = valueOfText(
    column,
    forms === null || !isScalar(type) ? cell : cleanedCell(type, cell, forms, isPercent),
  );
  return unit === undefined ? value : inOurUnit(value, unit, type === 'money');
}

/** The texts of a statement, each column's by names of its own: the cells of a column are always made in the same way. */
function textsFor(index: number): BoundTexts {
  return new BoundTexts(`text_${index}`);
}

/** The text of a cell, null where its words mean that it is empty. @param cellOf SQL for the text of the file's column at the position. */
function rawOf(file: MappedFile, index: number, cellOf: (position: number) => string, texts = textsFor(index)): string {
  const mapped = file.mapped[index];
  if (mapped === undefined) throw new TypeError(`the file has no mapped column ${index}`);
  const { column, position, source } = mapped;
  const named = (name: string) => cellOf(file.columns.indexOf(name));
  const cell = source === undefined ? cellOf(position) : sourceText(source, named, texts.bind);
  return file.forms === null ? cell : emptiedCell(column.type === 'text', cell, file.forms, texts.bind);
}

/** The columns of the file that any cell is made of. */
function inputsOf({ columns, mapped }: MappedFile): readonly number[] {
  const positions = mapped.flatMap(({ position, source }) =>
    source === undefined ? [position] : columnsOf(source).map((name) => columns.indexOf(name)),
  );
  return [...new Set(positions)];
}

function joined(parts: readonly string[]): string {
  return parts.join(', ');
}

function csvRows(file: TracedFile, lines: string): string {
  const width = file.columns.length;
  const { forms, quote } = file;
  const cellOf = (position: number) => csvCell(`cells[${position + 1}]`, quote);
  const raws = file.mapped.map((_, index) => `${rawOf(file, index, cellOf)} AS raw_${index}`);
  const fault = `CASE WHEN broken IS NOT NULL THEN broken
      WHEN cells IS NULL THEN 'has a quote inside an unquoted cell, or a quoted cell that is not closed'
      WHEN len(cells) <> ${width} THEN 'has ' || len(cells) || ' cells, the header has ${width}' END`;
  const values = file.mapped.map(
    ({ column, source }, index) => `${valueOfCell(column, `raw_${index}`, forms, source?.unit)} AS value_${index}`,
  );
  return `SELECT *, ${joined(values)} FROM (
    SELECT line, ${fault} AS row_fault, text AS row_text, ${joined(raws)}
    FROM (SELECT line, text, broken, ${csvCells('text', file)} AS cells FROM (${csvRecords(lines, quote, file.traits)}))
    WHERE line > ${file.headerLine})`;
}

/** RFC 6901. */
function jsonPointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function jsonValue({ column, source }: MappedColumn, index: number, input: number, forms: CellForms | null): string {
  const value = valueOfCell(column, `raw_${index}`, forms, source?.unit);
  if (source !== undefined && plainColumn(source) === null) return value;
  // A number is exact text; an object, a list or a truth value in a text column is a mistake.
  if (column.type === 'text') {
    return `CASE WHEN kinds[${input + 1}] IN ('VARCHAR', 'UBIGINT', 'BIGINT') THEN ${value} END`;
  }
  return isScalar(column.type) ? `CASE WHEN kinds[${input + 1}] NOT IN ('OBJECT', 'ARRAY') THEN ${value} END` : value;
}

/** Names of keys come from the file, so they are passed as parameters: see `cellParameters`. */
function jsonRows(file: MappedFile, lines: string): string {
  const inputs = inputsOf(file);
  const pointers = `[${joined(inputs.map((_, index) => `$pointer_${index}`))}]`;
  const cellOf = (position: number) => `nullif(texts[${inputs.indexOf(position) + 1}], '')`;
  const raws = file.mapped.map((_, index) => `${rawOf(file, index, cellOf)} AS raw_${index}`);
  const values = file.mapped.map(
    (mapped, index) => `${jsonValue(mapped, index, inputs.indexOf(mapped.position), file.forms)} AS value_${index}`,
  );
  const object = `CASE WHEN broken IS NULL AND json_valid(text) THEN CASE WHEN json_type(text) = 'OBJECT' THEN text END END`;
  return `SELECT line, row_fault, row_text, ${joined(file.mapped.map((_, index) => `raw_${index}`))}, ${joined(values)} FROM (
    SELECT line, CASE WHEN broken IS NOT NULL THEN broken WHEN object IS NULL THEN 'is not one JSON object' END AS row_fault,
      text AS row_text, kinds, ${joined(raws)}
    FROM (
      SELECT line, text, broken, object, json_extract_string(object, ${pointers}) AS texts, json_type(object, ${pointers}) AS kinds
      FROM (SELECT line, text, broken, ${object} AS object FROM ${lines} WHERE trim(text) <> '' OR broken IS NOT NULL)))`;
}

/** A Parquet column that has parts itself. */
function isNested({ fields }: TableColumn, stored: string): boolean {
  return fields !== undefined && /\[\]$|^STRUCT/.test(stored);
}

function valueOfStored(column: TableColumn, cell: string, stored: string, forms: CellForms | null): string | null {
  if (forms !== null && stored === 'VARCHAR') return valueOfCell(column, cell, forms);
  if (column.fields === undefined) return valueOfParquet(column, cell, stored);
  if (isNested(column, stored)) return nestedValue(column, jsonOfCell(cell, false));
  return stored === 'VARCHAR' ? valueOfCell(column, cell) : null;
}

export function parquetRows(file: MappedFile): string {
  const names = file.columns.map((_, index) => `c${index}`);
  const textOf = (position: number) => `nullif(CAST(c${position} AS VARCHAR), '')`;
  const isMade = ({ source }: MappedColumn) => source !== undefined && !isRenamed(source);
  const raws = file.mapped.map((mapped, index) => {
    const isText = isMade(mapped) || file.storedTypes[mapped.position] === 'VARCHAR';
    return `${isText ? rawOf(file, index, textOf) : `c${mapped.position}`} AS raw_${index}`;
  });
  const values = file.mapped.map((mapped, index) => {
    const { column, position, source } = mapped;
    const stored = isMade(mapped) ? 'VARCHAR' : (file.storedTypes[position] ?? '');
    const value = isMade(mapped)
      ? valueOfCell(column, `raw_${index}`, file.forms, source?.unit)
      : valueOfStored(column, `raw_${index}`, stored, file.forms);
    if (value !== null) return `${value} AS value_${index}`;
    throw new ConveyanceError(
      'load_refused',
      `${file.path}: column ${file.columns[position]} is ${stored}, which cannot be read as ${typeName(column.type)}, the type of ${column.name}`,
    );
  });
  return `SELECT *, ${joined(values)} FROM (
    SELECT file_row_number + 1 AS line, ${NOTHING} AS row_fault, ${NOTHING} AS row_text, ${joined(raws)}
    FROM read_parquet($path, file_row_number = true) AS rows(${joined(names)}))`;
}

/** @param lines the table of the file's lines, for text. */
export function rowsOf(file: TracedFile, lines: string): string {
  if (file.format === 'csv') return csvRows(file, lines);
  return file.format === 'jsonl' ? jsonRows(file, lines) : parquetRows(file);
}

/** What the statement of the file's rows has beside its path. */
export function cellParameters(file: MappedFile): Parameters {
  const texts = file.mapped.map((_, index) => {
    const bound = textsFor(index);
    rawOf(file, index, () => '', bound);
    return bound.parameters;
  });
  const pointers =
    file.format === 'jsonl'
      ? inputsOf(file).map((position, index) => [`pointer_${index}`, jsonPointer(file.columns[position] ?? '')])
      : [];
  return Object.assign({}, ...texts, Object.fromEntries(pointers), file.where?.parameters);
}

/** True for a row that the mapping leaves out. One whose condition cannot be told for a faulty cell stays, and is told. */
export function isLeftOut({ where, mapped }: MappedFile): string {
  if (where === null) return 'false';
  const faulty = mapped.flatMap(({ column }, index) =>
    where.names.has(column.name) ? [`(raw_${index} IS NOT NULL AND value_${index} IS NULL)`] : [],
  );
  return `row_fault IS NULL AND coalesce(NOT ${where.sql}, NOT (${faulty.join(' OR ')}))`;
}

/** Either of the two identifies a row, so neither is missing by itself. */
function isRequired(file: MappedFile, { column }: MappedColumn): boolean {
  if (column.nullable) return false;
  return column.name !== PROPERTY_ID || !file.mapped.some((each) => each.column.name === SOURCE_ID);
}

/** A fault whose reason may depend on the row. */
interface CellFault {
  readonly when: string;
  readonly reasonSql: string;
}

function told({ when, reason }: Fault): CellFault {
  return { when, reasonSql: quoteText(reason) };
}

/** What is wrong inside a value with parts. */
function partFaults(file: MappedFile, { column, position, source }: MappedColumn, raw: string): readonly CellFault[] {
  if (column.fields === undefined) return [];
  const isMade = source !== undefined && !isRenamed(source);
  const isText = file.format !== 'parquet' || isMade || !isNested(column, file.storedTypes[position] ?? '');
  const reasonSql = nestedFault(column, jsonOfCell(raw, isText));
  return [{ when: `${reasonSql} IS NOT NULL`, reasonSql }];
}

function cellFaults(file: MappedFile, mapped: MappedColumn, index: number): readonly CellFault[] {
  const [raw, value] = [`raw_${index}`, `value_${index}`];
  const { column } = mapped;
  const faults = [
    ...(isRequired(file, mapped) ? [{ when: `${raw} IS NULL`, reason: 'is missing' }] : []),
    { when: `${raw} IS NOT NULL AND ${value} IS NULL`, reason: expectation(column) },
    ...(column.fields === undefined ? valueFaults(column, value) : []),
  ];
  return [...faults.map(told), ...partFaults(file, mapped, raw)];
}

/** A row must name its property, by either of the two. */
function identityFault({ mapped }: MappedFile): { readonly column: string; readonly fault: CellFault } | null {
  const indexOf = (name: string) => mapped.findIndex(({ column }) => column.name === name);
  const [id, source] = [indexOf(PROPERTY_ID), indexOf(SOURCE_ID)];
  if (source < 0) return null;
  if (id < 0) return { column: SOURCE_ID, fault: told({ when: `raw_${source} IS NULL`, reason: 'is missing' }) };
  const when = `raw_${id} IS NULL AND raw_${source} IS NULL`;
  return { column: PROPERTY_ID, fault: told({ when, reason: `is missing, and so is ${SOURCE_ID}` }) };
}

/** True if a bad cell of the column is loaded as null, as `--null-invalid` asks. */
function isNulled({ nulled }: MappedFile, { column }: MappedColumn): boolean {
  return nulled.has(column.name);
}

function anyOf(faults: readonly CellFault[]): string {
  return faults.map(({ when }) => `(${when})`).join(' OR ');
}

/** The values of the mapped columns, in their order. */
export function storedValues(file: MappedFile): string {
  const values = file.mapped.map((mapped, index) => {
    const value = `value_${index}`;
    const faults = isNulled(file, mapped) ? cellFaults(file, mapped, index) : [];
    return faults.length === 0 ? value : `CASE WHEN ${anyOf(faults)} THEN NULL ELSE ${value} END`;
  });
  return joined(values);
}

/** The columns of a row whose bad cells are loaded as null, or null for none. */
export function nulledColumns(file: MappedFile): string {
  const changes = file.mapped.flatMap((mapped, index) => {
    const faults = isNulled(file, mapped) ? cellFaults(file, mapped, index) : [];
    return faults.length === 0 ? [] : [`CASE WHEN ${anyOf(faults)} THEN ${quoteText(mapped.column.name)} END`];
  });
  return namesOf(changes);
}

function namesOf(changes: readonly string[]): string {
  if (changes.length === 0) return 'NULL';
  return `nullif(list_filter([${joined(changes)}], lambda name: name IS NOT NULL), [])`;
}

/** The columns of a row whose values were restored, or null for none: what is stored is not what the file says. */
export function restoredColumns({ mapped }: MappedFile): string {
  const changes = mapped.flatMap(({ column }, index) =>
    column.form === undefined
      ? []
      : [`CASE WHEN trim(CAST(raw_${index} AS VARCHAR)) <> value_${index} THEN ${quoteText(column.name)} END`],
  );
  return namesOf(changes);
}

export const FAULT_TYPE = 'STRUCT("column" VARCHAR, reason VARCHAR, "value" VARCHAR)[]';

function faultEntry(column: string, faults: readonly CellFault[], raw: string): string {
  const reason = faults.map(({ when, reasonSql }) => `WHEN ${when} THEN ${reasonSql}`).join(' ');
  return `{'column': ${quoteText(column)}, 'reason': CASE ${reason} END, 'value': left(CAST(${raw} AS VARCHAR), ${SHOWN_CHARACTERS})}`;
}

/** True for a row with a fault. For files without columns whose bad cells are loaded as null. */
export function isFaulty(file: MappedFile): string {
  const identity = identityFault(file);
  const faults = file.mapped.flatMap((mapped, index) => cellFaults(file, mapped, index));
  return anyOf([
    { when: 'row_fault IS NOT NULL', reasonSql: '' },
    ...(identity === null ? [] : [identity.fault]),
    ...faults,
  ]);
}

/** All faults of a row, or null for a sound one. The list is built for faulty rows only: for every row it would cost more than reading them. */
export function rowFaults(file: MappedFile): string {
  const identity = identityFault(file);
  const cells = file.mapped.flatMap((mapped, index) =>
    isNulled(file, mapped) ? [] : [{ mapped, index, faults: cellFaults(file, mapped, index) }],
  );
  const any = [...(identity === null ? [] : [identity.fault]), ...cells.flatMap(({ faults }) => faults)]
    .map(({ when }) => `(${when})`)
    .join(' OR ');
  const entries = [
    ...(identity === null ? [] : [faultEntry(identity.column, [identity.fault], 'NULL')]),
    ...cells.map(({ mapped, index, faults }) => faultEntry(mapped.column.name, faults, `raw_${index}`)),
  ];
  return `CASE
    WHEN row_fault IS NOT NULL THEN [{'column': NULL, 'reason': row_fault, 'value': left(row_text, ${SHOWN_CHARACTERS})}]
    WHEN ${any} THEN list_filter([${joined(entries)}], lambda fault: fault.reason IS NOT NULL) END`;
}
