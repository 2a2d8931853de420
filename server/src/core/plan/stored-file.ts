/** A file of the warehouse in the making. */
import type { Rows } from './rows.ts';

export interface StoredFile {
  /** All of them, in the order of the file. */
  readonly rows: Rows;
  /** The column with a row's day; null in tables without days. */
  readonly day: string | null;
  /** On this machine, in one of the program's directories. */
  readonly path: string;
  /** Of a row group. */
  readonly rowsPerGroup: number;
}
