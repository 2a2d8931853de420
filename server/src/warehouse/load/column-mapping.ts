/** Which column of a file is which column of its table. */
import { isScalar } from '../../core/column-types.ts';
import { ConveyanceError } from '../../core/errors.ts';
import { likely, likelyHint } from '../../core/input/nearest.ts';
import { sniffForms } from '../formats/sniff.ts';
import type { CellForms, GivenFormat } from '../formats/text-format.ts';
import { columnsOf, plainColumn } from '../mapping/cell-source.ts';
import type { CellSource, FileMapping } from '../mapping/mapping.ts';
import { type RowCondition, rowCondition } from '../mapping/row-condition.ts';
import { acceptedColumns, type Table, type TableColumn } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import type { InspectedFile } from './inspect.ts';

/** Our column names to theirs: `--map COLUMN=their_column`. */
export type ColumnNames = ReadonlyMap<string, string>;

export interface MappedColumn {
  readonly column: TableColumn;
  /** From 0; of a cell that a mapping makes of several, or of none, the first or -1. */
  readonly position: number;
  /** What a mapping makes the cell of; else it is the cell at the position. */
  readonly source?: CellSource;
}

export interface MappedFile extends InspectedFile {
  /** The table's columns that the file has, in the table's order; then `source_id`, where the table has none of its own; then `_deleted`. */
  readonly mapped: readonly MappedColumn[];
  readonly ignored: readonly string[];
  /** Of the mapped columns, those whose bad cells are loaded as null. */
  readonly nulled: ReadonlySet<string>;
  /** Of the cells; null if they are as columns are declared. */
  readonly forms: CellForms | null;
  /** What of the forms the rows did not decide. */
  readonly guesses: readonly string[];
  /** Which rows a mapping keeps; null: all. */
  readonly where: RowCondition | null;
}

/** Whose bad cells are loaded as null: of these columns, or of all that may be null. */
export type NullInvalid = 'all' | readonly string[];

export const PROPERTY_ID = 'property_id';
export const SOURCE_ID = 'source_id';

function refuse(message: string): never {
  throw new ConveyanceError('load_refused', message);
}

function refuseMissing(file: InspectedFile, missing: readonly string[]): never {
  const [first = ''] = missing;
  const suggestion = likely(first, file.columns);
  const hint =
    suggestion === null ? '' : `; if ${first} is called ${suggestion} there, add --map ${first}=${suggestion}`;
  const wanted = missing.map((name) => (name === PROPERTY_ID ? `${PROPERTY_ID} (or ${SOURCE_ID})` : name)).join(', ');
  refuse(
    `${file.path} has no column ${wanted}, which table ${file.table.name} needs; its columns are ${file.columns.join(', ')}${hint}`,
  );
}

/** Without its key a row is no row; and whether one is to be deleted is no guess. */
function mayBeNulled(table: Table, { name, nullable }: TableColumn): boolean {
  return nullable && ![PROPERTY_ID, SOURCE_ID, DELETED, ...table.key].includes(name);
}

/** Each must be a column of a loaded table, and one that may be null there. */
export function checkNullInvalid(files: readonly InspectedFile[], nullInvalid: NullInvalid): void {
  if (nullInvalid === 'all') return;
  for (const name of nullInvalid) {
    const tables = files
      .map(({ table }) => table)
      .filter((table) => acceptedColumns(table).some((each) => each.name === name));
    if (tables.length === 0) {
      const known = new Set(files.flatMap(({ table }) => acceptedColumns(table).map((column) => column.name)));
      refuse(`--null-invalid ${name}: there is no column ${name}${likelyHint(name, known)}`);
    }
    const needed = tables.find((table) =>
      acceptedColumns(table).some((each) => each.name === name && !mayBeNulled(table, each)),
    );
    if (needed !== undefined) {
      refuse(`--null-invalid ${name}: table ${needed.name} needs ${name}; a row without it cannot be loaded`);
    }
  }
}

function nulledColumns(table: Table, mapped: readonly MappedColumn[], nullInvalid: NullInvalid): ReadonlySet<string> {
  const columns = mapped.map(({ column }) => column).filter((column) => mayBeNulled(table, column));
  const wanted = columns.filter(({ name }) => nullInvalid === 'all' || nullInvalid.includes(name));
  return new Set(wanted.map(({ name }) => name));
}

function formsOf({ format, sample, separator }: InspectedFile, mapped: readonly MappedColumn[], given: GivenFormat) {
  // Cells that are changed before they are read say nothing of the file's forms.
  const asTheyAre = mapped.filter(({ source }) => source === undefined || plainColumn(source) !== null);
  const columns = asTheyAre.map(({ column: { type }, position }) => ({
    type: isScalar(type) ? type : null,
    cells: sample.map((cells) => cells[position] ?? ''),
  }));
  const isGiven = given.numbers !== undefined || given.dates !== undefined || given.empty !== undefined;
  return format === 'csv' || isGiven ? sniffForms(columns, given, separator) : { forms: null, guesses: [] };
}

export interface MappingOptions {
  readonly columnNames: ColumnNames;
  readonly nullInvalid?: NullInvalid;
  readonly format?: GivenFormat;
  /** Of a mapping file, in the place of names. */
  readonly entry?: FileMapping;
}

/** @param names that are asked for; null: all. */
function positionsOf(file: InspectedFile, names: ReadonlySet<string> | null): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [position, name] of file.columns.entries()) {
    const isAsked = names === null || names.has(name);
    if (positions.has(name) && name !== '' && isAsked) refuse(`${file.path} has two columns named ${name}`);
    positions.set(name, position);
  }
  return positions;
}

/** The columns that an entry of a mapping makes of those of the file. */
function mapByEntry(file: InspectedFile, entry: FileMapping): readonly MappedColumn[] {
  const named = [...entry.columns.values()].flatMap(columnsOf);
  const positions = positionsOf(file, new Set(named));
  for (const [ours, source] of entry.columns) {
    const missing = columnsOf(source).find((name) => !positions.has(name));
    if (missing === undefined) continue;
    refuse(
      `${file.path} has no column ${missing}, of which the mapping makes ${ours}${likelyHint(missing, file.columns)}; its columns are ${file.columns.join(', ')}`,
    );
  }
  return acceptedColumns(file.table).flatMap((column): readonly MappedColumn[] => {
    const source = entry.columns.get(column.name);
    if (source === undefined) return [];
    const first = columnsOf(source)[0];
    return [{ column, position: first === undefined ? -1 : (positions.get(first) ?? -1), source }];
  });
}

function mapByNames(file: InspectedFile, names: ColumnNames): readonly MappedColumn[] {
  const positions = positionsOf(file, null);
  const theirs = new Set(names.values());
  const mapped: MappedColumn[] = [];
  for (const column of acceptedColumns(file.table)) {
    // A name that is mapped to another of our columns no longer belongs to its namesake.
    const own = theirs.has(column.name) ? undefined : positions.get(column.name);
    const position = positions.get(names.get(column.name) ?? '') ?? own;
    if (position !== undefined) mapped.push({ column, position });
  }
  return mapped;
}

function conditionOf(mapped: readonly MappedColumn[], entry: FileMapping | undefined): RowCondition | null {
  if (entry === undefined || entry.where === null) return null;
  const columns = mapped.map(({ column }) => column);
  return rowCondition(entry.where, columns, (name) => `value_${columns.findIndex((column) => column.name === name)}`);
}

export function mapColumns(
  file: InspectedFile,
  { columnNames, nullInvalid = [], format = {}, entry }: MappingOptions,
): MappedFile {
  const mapped = entry === undefined ? mapByNames(file, columnNames) : mapByEntry(file, entry);
  const has = (name: string) => mapped.some(({ column }) => column.name === name);
  const missing = file.table.columns
    .filter(({ name, nullable }) => !nullable && !has(name) && !(name === PROPERTY_ID && has(SOURCE_ID)))
    .map(({ name }) => name);
  if (missing.length > 0) refuseMissing(file, missing);
  const taken = new Set(
    mapped.flatMap(({ position, source }) =>
      source === undefined ? (file.columns[position] ?? '') : columnsOf(source),
    ),
  );
  const ignored = file.columns.filter((name) => !taken.has(name));
  const nulled = nulledColumns(file.table, mapped, nullInvalid);
  return { ...file, mapped, ignored, nulled, ...formsOf(file, mapped, format), where: conditionOf(mapped, entry) };
}

/** Every `--map` must name a column that a loaded table has and one that a loaded file has: a typo must not load nulls. */
export function checkColumnNames(files: readonly InspectedFile[], names: ColumnNames): void {
  const ours = new Set(files.flatMap(({ table }) => acceptedColumns(table).map(({ name }) => name)));
  const theirs = new Set(files.flatMap(({ columns }) => columns));
  for (const [column, name] of names) {
    if (!ours.has(column)) refuse(`--map ${column}=${name}: there is no column ${column}${likelyHint(column, ours)}`);
    if (!theirs.has(name)) refuse(`--map ${column}=${name}: no file has a column ${name}${likelyHint(name, theirs)}`);
  }
}

/** Files of one table replace rows together, so they must have the same columns. */
export function checkSameColumns(files: readonly MappedFile[]): void {
  const first = new Map<string, MappedFile>();
  const columnsOf = ({ mapped }: MappedFile) => mapped.map(({ column }) => column.name);
  for (const file of files) {
    const other = first.get(file.table.name) ?? file;
    first.set(file.table.name, other);
    const [left, right] = [columnsOf(other), columnsOf(file)];
    const difference = [
      ...left.filter((name) => !right.includes(name)),
      ...right.filter((name) => !left.includes(name)),
    ];
    if (difference.length > 0) {
      refuse(
        `${other.path} and ${file.path} both fill ${file.table.name} but differ in ${difference.join(', ')}; load one after the other`,
      );
    }
  }
}
