/** The engine's temporary table of one table's rows while they are checked: `_file`, `_line`, `_faults` and the columns of the files. */

import { quoteName, quoteNames, quoteText } from '../sql.ts';
import { TABLES, type Table } from '../tables.ts';
import { type MappedFile, PROPERTY_ID, SOURCE_ID } from './column-mapping.ts';

export interface StagedTable<File extends MappedFile = MappedFile> {
  readonly table: Table;
  /** The table's columns that the files have, always with `property_id`. */
  readonly columns: readonly string[];
  readonly hasSourceId: boolean;
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
    return [{ table, columns, hasSourceId: names.has(SOURCE_ID), files: own }];
  });
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
