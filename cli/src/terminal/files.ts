/** Files that a user names. */
import { stat } from 'node:fs/promises';
import { usage } from './errors.ts';

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
