/** Readers of result files that share nothing with the engine. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

export type ReadRow = Record<string, unknown>;

/** Empty fields are null, quoted empty fields are empty text: the difference that RFC 4180 leaves to the two ends. */
export async function readCsv(
  path: string,
): Promise<{ readonly header: readonly string[]; readonly rows: string[][] }> {
  const text = await readFile(path);
  const [header = [], ...rows] = parse(text, { bom: false, relax_column_count: false }) as string[][];
  return { header, rows };
}

export async function readJsonLines(path: string): Promise<readonly ReadRow[]> {
  const text = await readFile(path, 'utf8');
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error('the last line is not ended');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line): ReadRow => JSON.parse(line));
}

export async function readParquet(path: string): Promise<readonly ReadRow[]> {
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors });
  // hyparquet gives undefined for a missing struct or list.
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null])));
}

export async function readParquetMetadata(path: string): Promise<FileMetaData> {
  return parquetMetadataAsync(await asyncBufferFromFile(path));
}
