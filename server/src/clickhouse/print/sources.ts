/** Files of the warehouse as tables of a statement. */
import { isScalar } from '../../core/column-types.ts';
import { toldNullsOf } from '../../core/plan/told-nulls.ts';
import type { SourceTable } from '../../core/ports/engine.ts';
import { CannotPrint } from './expression.ts';
import { identifier, literal } from './identifiers.ts';
import { typeName } from './types.ts';

/** Where all machines of the cluster find the objects. */
export interface Warehouse {
  readonly cluster: string;
  /** Named collection with the bucket’s address and its credentials. */
  readonly collection: string;
}

/** What a list of names in braces is made of; a name with one of these would be taken for several. */
const PLAIN_KEY = /^[A-Za-z0-9_./=+-]+$/;

/** Exactly these objects, and no listing is asked for them. */
function fileNames(keys: readonly string[]): string {
  const odd = keys.find((key) => !PLAIN_KEY.test(key));
  if (odd !== undefined) throw new CannotPrint(`the object ${odd}`);
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? only : `{${keys.join(',')}}`;
}

interface Files {
  readonly keys: readonly string[];
  readonly format: 'Parquet' | 'TabSeparated';
  /** Spelt as a text. */
  readonly structure: string;
}

function printFiles({ cluster, collection }: Warehouse, { keys, format, structure }: Files): string {
  return `s3Cluster(${literal(cluster)}, ${identifier(collection)}, filename = ${literal(fileNames(keys))}, format = '${format}', structure = ${structure})`;
}

/** How many lines the objects have together, each a number. */
export function printProbe(warehouse: Warehouse, keys: readonly string[]): string {
  const files = printFiles(warehouse, { keys, format: 'TabSeparated', structure: literal('n Int64') });
  return `SELECT sum(n) FROM ${files}`;
}

/** The columns with what is told of the nulls of each. */
function storedColumns({ columns, files }: SourceTable, names: ReadonlySet<string>) {
  return columns.flatMap(({ name, type }) => {
    if (!names.has(name)) return [];
    const spelt = typeName(type);
    if (spelt === null) throw new CannotPrint(`the type of ${name}`);
    const own = { name, spelt };
    if (isScalar(type)) return [own];
    if (files.some(({ tellsNulls }) => tellsNulls !== true)) throw new CannotPrint(`the nulls of ${name}`);
    return [own, { name: toldNullsOf(name), spelt: 'Nullable(String)' }];
  });
}

/**
 * The columns of the rows for which all conditions hold, which know the table under the name. A statement of its own: every machine reads
 * its share of the files, and what is joined to the rows is joined where they come together.
 */
export function printSource(
  warehouse: Warehouse,
  table: SourceTable,
  { as, names, conditions }: { as: string; names: ReadonlySet<string>; conditions: readonly string[] },
): string {
  const columns = storedColumns(table, names);
  const structure = literal(columns.map(({ name, spelt }) => `${identifier(name)} ${spelt}`).join(', '));
  const place =
    table.files.length === 0
      ? `null(${structure})`
      : printFiles(warehouse, { keys: table.files.map(({ key }) => key), format: 'Parquet', structure });
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `(SELECT ${columns.map(({ name }) => `${as}.${identifier(name)} AS ${identifier(name)}`).join(', ')} FROM ${place} AS ${as}${where})`;
}
