/** Rows that were not loaded, and why. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import type { InputTable, Watch } from '../../core/ports/engine.ts';
import type { ResultRow, Value } from '../../core/rows.ts';
import { directoryOf } from '../source-files.ts';
import { quoteText } from '../sql.ts';
import type { MappedFile } from './column-mapping.ts';
import { type StagedTable, stagedName } from './staged-table.ts';

export interface Reject {
  readonly file: string;
  /** In text files the line in which the row begins, as an editor shows it; in Parquet files the number of the row. From 1. */
  readonly line: number;
  /** Null if the row as a whole is faulty. */
  readonly column: string | null;
  readonly reason: string;
  /** The cell's text, cut to 200 characters. */
  readonly value: string | null;
  /** The row's further faults. */
  readonly otherFaults: string | null;
}

/** One row for each rejected row: (_table, _file, _line, column, reason, value, other_faults). */
export function rejectsOf(tables: readonly StagedTable[]): string {
  const early = tables.map(
    ({ table }) => `SELECT ${quoteText(table.name)} AS _table, _file, _line,
      _faults[1]."column" AS "column", _faults[1].reason AS reason, _faults[1]."value" AS "value",
      nullif(array_to_string(list_transform(_faults[2:], lambda fault: fault."column" || ' ' || fault.reason), '; '), '') AS other_faults
    FROM ${stagedName(table)} WHERE _faults IS NOT NULL`,
  );
  return [...early, 'SELECT *, NULL AS other_faults FROM late_faults'].join(' UNION ALL ');
}

/** How many rows were rejected for one reason. */
export interface RejectSum {
  /** Null if the rows as a whole are faulty. */
  readonly column: string | null;
  /** Numbers that differ from row to row are left out. */
  readonly reason: string;
  readonly rows: number;
  /** The first of them. */
  readonly file: string;
  readonly line: number;
}

/** The first fault of each row counts: with it the numbers add up to the rejected rows. */
export function rejectSums(limit: number): string {
  const reason = `regexp_replace(reason, '(line |file |property |^has )[0-9]+', '\\1…', 'g')`;
  return `SELECT "column", ${reason} AS reason, count(*) AS rows, min(ROW(_file, _line)) AS first,
    first[1] AS _file, first[2] AS _line FROM rejects GROUP BY ALL ORDER BY rows DESC, "column", reason LIMIT ${limit}`;
}

export function rejectSumOf(row: ResultRow, files: readonly Pick<MappedFile, 'path'>[]): RejectSum {
  const [rows, line] = [Number(row['rows']), Number(row['_line'])];
  const file = files[Number(row['_file'])]?.path ?? '';
  return { column: textOrNull(row['column']), reason: String(row['reason']), rows, file, line };
}

/** `state must be …` */
export function faultText({ column, reason }: Pick<Reject, 'column' | 'reason'>): string {
  return `${column ?? 'the row'} ${reason}`;
}

function textOrNull(value: Value | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function rejectOf(row: ResultRow, files: readonly Pick<MappedFile, 'path'>[]): Reject {
  return {
    file: files[Number(row['_file'])]?.path ?? '',
    line: Number(row['_line']),
    column: textOrNull(row['column']),
    reason: String(row['reason']),
    value: textOrNull(row['value']),
    otherFaults: textOrNull(row['other_faults']),
  };
}

const REJECTS_NAMED = 3;

interface Rejected {
  readonly rejected: number;
  readonly sums: readonly RejectSum[];
  readonly sample: readonly Reject[];
}

/** Throws `load_refused` with the first of them. */
export function refuseTooMany(
  { maxRejects, rejectFile }: { readonly maxRejects: number; readonly rejectFile: string | null },
  { rejected, sums, sample }: Rejected,
): void {
  if (rejected <= maxRejects) return;
  const errors = sample.map((reject) => `${reject.file}:${reject.line}: ${faultText(reject)}`);
  const first = errors.slice(0, REJECTS_NAMED).join('; ');
  const counted = sums.slice(0, REJECTS_NAMED).map((sum) => `${faultText(sum)}: ${sum.rows}`);
  const listed = rejectFile === null ? '--reject-file FILE writes all of them' : `all are in ${rejectFile}`;
  throw new ConveyanceError(
    'load_refused',
    `${rejected} rows were rejected, more than the ${maxRejects} allowed (--max-rejects raises it); ${listed}. By reason: ${counted.join('; ')}. The first: ${first}`,
    { errors },
  );
}

/** The names of the files, by their numbers. */
export function filesInput(files: readonly Pick<MappedFile, 'path'>[]): InputTable {
  return {
    columns: [
      { name: '_file', type: 'count' },
      { name: 'file', type: 'text' },
    ],
    batches: [files.map(({ path }, index) => [index, path])],
  };
}

/** Writes the reject file, as CSV, in the order of files and lines. */
export async function writeRejectFile(
  { engine }: Pick<Deps, 'engine'>,
  rejects: string,
  files: readonly Pick<MappedFile, 'path'>[],
  target: string,
  watch: Watch,
): Promise<void> {
  await engine.run(
    {
      tables: {},
      inputs: {
        files: filesInput(files),
      },
      directories: [directoryOf(rejects), directoryOf(target)],
      steps: [
        {
          sql: `COPY (
            SELECT file, _line AS line, "column", reason, "value", other_faults
            FROM read_parquet(${quoteText(rejects)}) JOIN files USING (_file) ORDER BY _file, _line
          ) TO $target (FORMAT csv, HEADER)`,
          parameters: { target },
        },
      ],
    },
    { lane: 'load' },
    watch,
  );
}
