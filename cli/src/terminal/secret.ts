/** Secrets that a command is given: in a file or on standard input, never among the arguments, which every user of the machine can list. */
import { open } from 'node:fs/promises';
import { usage } from './errors.ts';
import { requireFile } from './files.ts';
import { STANDARD_INPUT } from './standard-streams.ts';
import type { World } from './world.ts';

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

/** The text of the file, or of standard input for `-`. */
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
