/** Files of text that the engine has written, read back by it. */
import { isScalar, sqlType } from '../../core/column-types.ts';
import type { Column } from '../../core/columns.ts';
import type { TextForm } from '../../core/ports/engine.ts';
import { identifier, literal, literalList } from './identifiers.ts';

type Read = Pick<Column, 'name' | 'type'>;

/** Nothing is guessed, neither types nor signs: these files are ours. A text that is empty is written with quotes, and none without. */
const CSV = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', allow_quoted_nulls = false`;

/** What stands behind FROM. */
export function textRows(
  { format, compression }: TextForm,
  columns: readonly Read[],
  paths: readonly string[],
): string {
  const types = columns.map(({ name, type }) => {
    const read = format === 'csv' && !isScalar(type) ? 'text' : type;
    return `${identifier(name)}: ${literal(sqlType(read))}`;
  });
  const shared = `columns = {${types.join(', ')}}, compression = ${literal(compression === 'none' ? 'uncompressed' : compression)}`;
  return format === 'csv'
    ? `read_csv(${literalList(paths)}, ${shared}, ${CSV})`
    : `read_json(${literalList(paths)}, ${shared}, format = 'newline_delimited')`;
}
