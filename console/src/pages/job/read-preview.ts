/** The first rows of a result, read from the file itself: of text its first bytes, of Parquet what the rows need. */
import type { OutputFormat, ReportJob } from '@conveyance/sdk';
import { client } from '../../server/client.ts';

const ROWS = 100;
/** A hundred rows of the widest report have some 150 kB. */
const FIRST_BYTES = 512 * 1024;

export interface Preview {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'object')
    return JSON.stringify(value, (_name, part) => (typeof part === 'bigint' ? String(part) : part));
  return String(value);
}

function ofObjects(objects: readonly Readonly<Record<string, unknown>>[]): Preview {
  const columns = Object.keys(objects[0] ?? {});
  return { columns, rows: objects.map((object) => columns.map((column) => shown(object[column]))) };
}

/** Gives up the rest of the file. */
async function firstText(link: string, compression: ReportJob['compression']): Promise<string> {
  const response = await fetch(link);
  if (response.body === null) throw new Error('the file is empty');
  const bytes = compression === 'gzip' ? response.body.pipeThrough(new DecompressionStream('gzip')) : response.body;
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (text.length < FIRST_BYTES) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
  }
  await reader.cancel();
  // The last line may be cut.
  return text.slice(0, text.lastIndexOf('\n'));
}

async function readCsv(text: string): Promise<Preview> {
  const { parse } = await import('papaparse');
  const { data } = parse<string[]>(text.replace(/^\uFEFF/, ''), { preview: ROWS + 1, skipEmptyLines: true });
  const [columns = [], ...rows] = data;
  return { columns, rows };
}

function readLines(text: string): Preview {
  const lines = text.split('\n').filter((line) => line !== '');
  return ofObjects(lines.slice(0, ROWS).map((line) => JSON.parse(line)));
}

/** The server compresses by zstd. Readers of more than that bring WebAssembly, which the page’s policy does not let in. */
async function readParquet(link: string, { bytes, rows }: { bytes: number; rows: number }): Promise<Preview> {
  const { asyncBufferFromUrl, parquetReadObjects } = await import('hyparquet');
  const { decompress } = await import('fzstd');
  const file = await asyncBufferFromUrl({ url: link, byteLength: bytes });
  return ofObjects(
    await parquetReadObjects({
      file,
      compressors: { ZSTD: (bytes) => decompress(bytes) },
      rowStart: 0,
      rowEnd: Math.min(ROWS, rows),
    }),
  );
}

const AS_TEXT: Readonly<Record<Exclude<OutputFormat, 'parquet'>, (text: string) => Preview | Promise<Preview>>> = {
  csv: readCsv,
  jsonl: readLines,
};

/** Throws where the browser cannot read the file. */
export async function readPreview({
  job_id: id,
  output_format: format,
  compression,
  result,
}: ReportJob): Promise<Preview> {
  if (result === null) throw new Error('there is no result');
  if (compression === 'zstd') throw new Error('Browsers cannot read zstd; download the file');
  const link = await client.exports.resultLink(id);
  if (format === 'parquet') return readParquet(link, result);
  return AS_TEXT[format](await firstText(link, compression));
}

/** The first rows of a file job's file: CSV of a match, lines of JSON of the others. */
export async function readFilePreview(link: string, format: 'csv' | 'jsonl'): Promise<Preview> {
  return AS_TEXT[format](await firstText(link, 'none'));
}
