/** The writing of a file of the warehouse, in the engine's SQL. */
import { FROM_PLACE, TO_PLACE } from '../../core/plan/rows.ts';
import type { StoredFile } from '../../core/plan/stored-file.ts';
import { toldNulls } from '../../core/plan/told-nulls.ts';
import { identifier } from './identifiers.ts';
import type { Printed } from './printed.ts';
import { printPart } from './rows.ts';

/** The statement that writes it, and the question what is in it. */
export function printStoredFile({ rows, day, path, rowsPerGroup }: StoredFile): readonly [Printed, Printed] {
  const column = day === null ? 'NULL' : identifier(day);
  return [
    {
      sql: `COPY (SELECT *${toldNulls(rows.columns)} FROM (${printPart(rows)})) TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowsPerGroup})`,
      parameters: { path, [FROM_PLACE]: 0, [TO_PLACE]: Number.MAX_SAFE_INTEGER },
    },
    {
      sql: `SELECT count(*) AS rows, min(property_id) AS lowest, max(property_id) AS highest, min(${column}) AS first, max(${column}) AS last
FROM read_parquet($path)`,
      parameters: { path },
    },
  ];
}
