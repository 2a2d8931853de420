/** `-`: what another program pipes into a load, as a file that the engine can read as often as it needs to. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usage, type World } from '@conveyance/cli/terminal';
import { endingOf } from '../../../core/input/file-ending.ts';
import { PRIVATE_FILE_MODE } from '../../../core/ports/store.ts';

const STANDARD_INPUT = '-';
const NAME = 'standard-input';

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
