/** A customer's CSV file, from disk or standard input. */
import { createReadStream } from 'node:fs';
import { ConveyanceError } from '../core/errors.ts';
import { UPLOAD_LIMIT_BYTES } from '../core/ports/intake.ts';
import { requireFile } from './files.ts';
import { usage } from './options.ts';
import type { World } from './world.ts';

const STANDARD_INPUT = '-';
const BYTES_PER_MIB = 1_048_576;

export interface CsvInput {
  /** What messages call it. */
  readonly source: string;
  readonly file: Blob;
  /** As they stand in the first row. */
  readonly columns: readonly string[];
}

/** Whole, and once: header and upload are the same bytes whatever happens to the file meanwhile. */
async function readAll(chunks: AsyncIterable<Uint8Array | string>, source: string): Promise<readonly Buffer[]> {
  const limit = UPLOAD_LIMIT_BYTES.match;
  const all: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > limit) throw usage(`${source} has more than ${limit / BYTES_PER_MIB} MiB; split it`);
    all.push(piece);
  }
  return all;
}

/** Throws for people when there is no such file, or when its first row is no header. */
export async function readCsvInput(
  path: string,
  { stdin, readHeader }: Pick<World, 'stdin' | 'readHeader'>,
): Promise<CsvInput> {
  const isStandardInput = path === STANDARD_INPUT;
  if (!isStandardInput) await requireFile(path);
  const source = isStandardInput ? 'standard input' : path;
  const chunks = await readAll(isStandardInput ? stdin : createReadStream(path), source);
  try {
    const { columns } = await readHeader(
      (async function* () {
        yield* chunks;
      })(),
    );
    return { source, file: new Blob([...chunks]), columns };
  } catch (error) {
    if (error instanceof ConveyanceError) throw usage(`${source}: ${error.message}`);
    throw error;
  }
}
