/** The engine's temporary table of one table's rows while they are checked: `_file`, `_line`, `_faults` and the columns of the files. */

import { quoteName, quoteNames, quoteText } from '../sql.ts';
import { TABLES, type Table } from '../tables.ts';
import { DELETED } from '../tables-extra.ts';
import { type MappedFile, PROPERTY_ID, SOURCE_ID } from './column-mapping.ts';

export interface StagedTable<File extends MappedFile = MappedFile> {
  readonly table: Table;
  /** The table's columns that the files have, always with `property_id`. */
  readonly columns: readonly string[];
  readonly hasSourceId: boolean;
  /** Some rows may say that the stored row of their key goes: column `_deleted`. */
  readonly deletes: boolean;
  readonly files: readonly { readonly file: File; readonly index: number }[];
}

export function stagedName({ name }: Pick<Table, 'name'>): string {
  return quoteName(`staged_${name}`);
}

/** Properties first: the others refer to them. */
export function groupByTable<File extends MappedFile>(files: readonly File[]): readonly StagedTable<File>[] {
  const indexed = files.map((file, index) => ({ file, index }));
  return Object.values(TABLES).flatMap((table) => {
    const own = indexed.filter(({ file }) => file.table.name === table.name);
    const [first] = own;
    if (first === undefined) return [];
    const names = new Set([PROPERTY_ID, ...first.file.mapped.map(({ column }) => column.name)]);
    const columns = table.columns.map(({ name }) => name).filter((name) => names.has(name));
    const [hasSourceId, deletes] = [names.has(SOURCE_ID), names.has(DELETED)];
    return [{ table, columns, hasSourceId, deletes, files: own }];
  });
}

/** True of a row that deletes. @param of the name of the rows. */
export function isDeletion({ deletes }: Pick<StagedTable, 'deletes'>, of?: string): string {
  return deletes ? `coalesce(${of === undefined ? '' : `${of}.`}${quoteName(DELETED)}, false)` : 'false';
}

/** The order in which sound rows are handed over: that of the files that they will be in. */
export function placeOrder({ key, dayColumn }: Table): string {
  const keys = quoteNames([PROPERTY_ID, ...key.filter((name) => name !== PROPERTY_ID)]);
  return dayColumn === null ? keys : `date_trunc('month', ${quoteName(dayColumn)}), ${keys}`;
}

/** Without loss of time: it is read once more and then deleted. Large groups, of which few hold rows of two months. */
export const STAGING = 'FORMAT parquet, COMPRESSION uncompressed';

/** The rows without faults. */
export function soundRows({ table }: StagedTable): string {
  return `SELECT staged.* FROM ${stagedName(table)} AS staged
    ANTI JOIN (FROM late_faults WHERE _table = ${quoteText(table.name)}) AS late
      ON staged._file = late._file AND staged._line = late._line
    WHERE staged._faults IS NULL`;
}

/** The columns that are handed over of sound rows, and those rows: what a row deletes of a property that nobody knows is nothing. */
export function handedOver(staged: StagedTable): string {
  const columns = quoteNames(staged.columns);
  const rows = `FROM (${soundRows(staged)})`;
  if (!staged.deletes) return `SELECT ${columns} ${rows}`;
  const deleted = isDeletion(staged);
  return `SELECT ${columns}, ${deleted} AS ${quoteName(DELETED)} ${rows} WHERE NOT ${deleted} OR property_id > 0`;
}
