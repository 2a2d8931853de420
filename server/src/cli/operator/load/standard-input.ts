/** `-`: what another program pipes into a load, as a file that the engine can read as often as it needs to. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage, type World } from '@conveyance/cli/terminal';
import { PRIVATE_FILE_MODE } from '../../../core/ports/store.ts';

const STANDARD_INPUT = '-';
const NAME = 'standard-input';

/** By the first bytes: Parquet, gzip and Zstandard have marks, and a line of JSON begins with a brace. */
function endingOf(head: Uint8Array): string {
  const starts = (...bytes: readonly number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x50, 0x41, 0x52, 0x31)) return '.parquet';
  if (starts(0x1f, 0x8b)) return '.csv.gz';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return '.csv.zst';
  return starts(0x7b) ? '.jsonl' : '.csv';
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The work, with the path of a file of the user's own in the place of `-`. Whatever becomes of the work, the file goes. */
export async function withStandardInput<Result>(
  paths: readonly string[],
  { stdin, interrupt }: Pick<World, 'stdin' | 'interrupt'>,
  work: (paths: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const asked = paths.filter((path) => path === STANDARD_INPUT).length;
  if (asked === 0) return work(paths);
  if (asked > 1) throw usage('standard input can be loaded once only');
  if (stdin.isTTY === true) throw usage('- is standard input, and nothing is piped into it');
  const directory = await mkdtemp(join(tmpdir(), 'conveyance-load-'));
  try {
    const received = join(directory, NAME);
    await pipeline(stdin, createWriteStream(received, { mode: PRIVATE_FILE_MODE }), { signal: interrupt });
    const file = `${received}${endingOf(await headOf(received))}`;
    await rename(received, file);
    return await work(paths.map((path) => (path === STANDARD_INPUT ? file : path)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
