/** CSV files in memory, read and written by the intake. */
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CsvDialect, SourceRow, SourceRows } from '../../src/core/ports/intake.ts';
import { readRows } from '../../src/intake/csv/rows.ts';
import { writeRows } from '../../src/intake/csv/write-rows.ts';
import { inPieces } from './forms.ts';

export interface ReadFile extends Pick<SourceRows, 'dialect' | 'columns'> {
  readonly rows: readonly SourceRow[];
}

/** All of it. Text is taken as UTF-8. */
export async function readAll(file: string | Uint8Array, pieceBytes = 65_536): Promise<ReadFile> {
  const { dialect, columns, batches } = await readRows(inPieces(Buffer.from(file), pieceBytes));
  const rows: SourceRow[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { dialect, columns, rows };
}

export interface Written {
  readonly dialect: CsvDialect;
  readonly columns: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** Cells of each row as the source has them. */
  readonly rows: readonly SourceRow['cells'][];
}

/** The bytes of a file in which every row has the names of the added columns in them. */
export async function writeAll({ dialect, columns, before = [], after = [], rows }: Written): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-csv-'));
  const path = join(directory, 'out.csv');
  async function* batches() {
    yield rows.map((source) => ({ before, source, after }));
  }
  try {
    const target = { write: (piece: Uint8Array) => appendFile(path, piece) };
    await writeRows({ target, dialect, before, source: columns, after }, batches());
    return await readFile(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}
