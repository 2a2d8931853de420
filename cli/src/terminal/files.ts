/** Files that a user names. */
import { open, stat } from 'node:fs/promises';
import { usage } from './errors.ts';
import { STANDARD_INPUT } from './standard-streams.ts';
import type { World } from './world.ts';

export async function kindOf(path: string): Promise<'file' | 'directory' | 'absent'> {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent';
    throw error;
  }
}

/** Throws a readable error if there is no file to read. */
export async function requireFile(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind !== 'file')
    throw usage(kind === 'absent' ? `there is no file ${path}` : `${path} is a directory, not a file`);
}

/** No secret is longer; a file that is was named by mistake. */
const LONGEST_BYTES = 4096;

async function readStart(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    if (text.length > LONGEST_BYTES) throw usage('the secret is too long: name a file that holds nothing else');
  }
  return text;
}

/**
 * The secret in the file, or on standard input for `-`: never among the arguments, which every user of the machine can list.
 */
export async function readSecret(path: string, { stdin }: Pick<World, 'stdin'>): Promise<string> {
  if (path === STANDARD_INPUT) return readStart(stdin);
  await requireFile(path);
  const file = await open(path);
  try {
    return await readStart(file.createReadStream({ encoding: 'utf8', autoClose: false }));
  } finally {
    await file.close();
  }
}
