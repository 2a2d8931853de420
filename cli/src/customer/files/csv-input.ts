/** A customer's CSV file, from disk or standard input. */

import { createReadStream } from 'node:fs';
import { CsvHeaderError, readCsvHeader } from '@conveyance/sdk';
import { usage } from '../../terminal/errors.ts';
import { requireFile } from '../../terminal/files.ts';
import { STANDARD_INPUT } from '../../terminal/standard-streams.ts';
import type { World } from '../../terminal/world.ts';

const BYTES_PER_MIB = 1_048_576;
/** The server accepts no more, and all of it would be in memory here. */
export const MOST_BYTES = 100 * BYTES_PER_MIB;
/** No row may be longer. */
const LONGEST_HEADER_BYTES = BYTES_PER_MIB;

export interface CsvInput {
  /** What messages call it. */
  readonly source: string;
  readonly file: Blob;
  /** As written in the first row. */
  readonly columns: readonly string[];
}

/** Read whole and only once: header and upload are the same bytes whatever happens to the file meanwhile. */
async function readAll(chunks: AsyncIterable<Uint8Array | string>, source: string): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw usage(`${source} has more than ${MOST_BYTES / BYTES_PER_MIB} MiB; split it`);
    all.push(piece);
  }
  return all;
}

/** As `readCsvHeader`, in a message that names the file. */
function columnsOf(beginning: Uint8Array, source: string): readonly string[] {
  try {
    return readCsvHeader(beginning);
  } catch (error) {
    throw error instanceof CsvHeaderError ? usage(`${source}: ${error.message}`) : error;
  }
}

/** Throws a readable error if there is no such file, or if its first row is not a header. */
export async function readCsvInput(path: string, { stdin }: Pick<World, 'stdin'>): Promise<CsvInput> {
  const isStandardInput = path === STANDARD_INPUT;
  if (!isStandardInput) await requireFile(path);
  const source = isStandardInput ? 'standard input' : path;
  const chunks = await readAll(isStandardInput ? stdin : createReadStream(path), source);
  const file = new Blob([...chunks]);
  const beginning = Buffer.concat(chunks, Math.min(file.size, LONGEST_HEADER_BYTES));
  return { source, file, columns: columnsOf(beginning, source) };
}
