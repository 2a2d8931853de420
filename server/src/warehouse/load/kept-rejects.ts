/** Rejected rows that are kept with a load: the first of them, in bounded bytes. */
import type { Deps } from '../../core/ports/deps.ts';
import type { Watch } from '../../core/ports/engine.ts';
import { MIB } from '../../core/size.ts';
import { personalColumns } from '../erase/personal-sql.ts';
import { directoryOf } from '../source-files.ts';
import { quoteText } from '../sql.ts';
import type { Table } from '../tables.ts';
import type { MappedFile } from './column-mapping.ts';
import { filesInput } from './rejects.ts';

/** More is nothing that anybody reads; `--reject-file` writes all. */
const MOST_BYTES = 10 * MIB;
/** Of a line: commas, quotes, the number. */
const LINE_BYTES = 32;

interface Asked {
  /** The Parquet file that has all of them. */
  readonly rejects: string;
  readonly target: string;
  readonly files: readonly Pick<MappedFile, 'path'>[];
  readonly tables: readonly { readonly table: Table }[];
  /** Somebody was erased from the data: what stands in columns that may name a person is left out. */
  readonly isSilent: boolean;
}

function cellOf({ tables, isSilent }: Asked): string {
  const names = isSilent ? tables.flatMap(({ table }) => personalColumns(table).map(({ name }) => name)) : [];
  if (names.length === 0) return '"value"';
  return `CASE WHEN split_part("column", '.', 1) IN (${names.map(quoteText).join(', ')}) THEN NULL ELSE "value" END`;
}

/** Writes them as CSV, in the order of files and lines. Resolves with how many. */
export async function writeKeptRejects({ engine }: Pick<Deps, 'engine'>, asked: Asked, watch: Watch): Promise<number> {
  const { rejects, target, files } = asked;
  const sizes = ['file', '"column"', 'reason', '"value"', 'other_faults'].map((name) => `coalesce(strlen(${name}), 0)`);
  const size = `${sizes.join(' + ')} + ${LINE_BYTES}`;
  const steps = [
    {
      sql: `CREATE TEMP TABLE kept AS SELECT _file, file, line, "column", reason, "value", other_faults FROM (
          SELECT _file, file, _line AS line, "column", reason, ${cellOf(asked)} AS "value", other_faults,
            sum(${size}) OVER (ORDER BY _file, _line ROWS UNBOUNDED PRECEDING) AS bytes
          FROM read_parquet(${quoteText(rejects)}) JOIN files USING (_file)
        ) WHERE bytes <= ${MOST_BYTES}`,
    },
    {
      sql: 'COPY (SELECT * EXCLUDE (_file) FROM kept ORDER BY _file, line) TO $target (FORMAT csv, HEADER)',
      parameters: { target },
    },
    { sql: 'SELECT count(*) AS rows FROM kept' },
  ];
  const directories = [...new Set([directoryOf(rejects), directoryOf(target)])];
  const answers = await engine.run(
    { tables: {}, inputs: { files: filesInput(files) }, directories, steps },
    { lane: 'load' },
    watch,
  );
  return Number(answers.at(-1)?.[0]?.['rows'] ?? 0);
}
