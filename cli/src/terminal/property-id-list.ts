/** Properties by their numbers, as users list them. */
import { open } from 'node:fs/promises';
import { usage } from './errors.ts';
import { requireFile } from './files.ts';
import type { World } from './world.ts';

const ID_FORM = /^[1-9]\d{0,15}$/;

export function parsePropertyId(word: string, where: string): number {
  const id = ID_FORM.test(word) ? Number(word) : Number.NaN;
  if (!Number.isSafeInteger(id))
    throw usage(`${where}: "${word}" is not a property id; ids are positive whole numbers`);
  return id;
}

/** The ids in a file, one per line; commas are fine too. `-` reads standard input. */
export async function readPropertyIds(path: string, { stdin }: Pick<World, 'stdin'>): Promise<number[]> {
  const ids = path === '-' ? await readIds(stdin, 'standard input') : await readFileIds(path);
  if (ids.length === 0) throw usage(`${path === '-' ? 'standard input' : path} holds no property ids`);
  return ids;
}

async function readFileIds(path: string): Promise<number[]> {
  await requireFile(path);
  const file = await open(path);
  try {
    return await readIds(file.createReadStream({ encoding: 'utf8', autoClose: false }), path);
  } finally {
    await file.close();
  }
}

async function readIds(chunks: AsyncIterable<Uint8Array | string>, source: string): Promise<number[]> {
  const decoder = new TextDecoder();
  const ids: number[] = [];
  let rest = '';
  let line = 0;
  const readLine = (text: string): void => {
    line++;
    for (const word of text.split(/[\s,]+/)) {
      if (word !== '') ids.push(parsePropertyId(word, `${source}, line ${line}`));
    }
  };
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) readLine(text);
  }
  readLine(rest);
  return ids;
}
