/** Properties as users list them: by their numbers, and where the command takes either, by their UUIDs. */
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

const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SHOWN_CHARACTERS = 60;

/** A number, or the text of a UUID. */
export type EitherId = number | string;

export function parseEitherId(word: string, where: string): EitherId {
  if (UUID_FORM.test(word)) return word;
  const id = ID_FORM.test(word) ? Number(word) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  const shown = word.slice(0, SHOWN_CHARACTERS);
  throw usage(
    `${where}: "${shown}" is not a property id; ids are positive whole numbers, or UUIDs as a search gives them`,
  );
}

/** The ids in a file, one per line; commas are fine too. `-` reads standard input. */
export function readPropertyIds(path: string, world: Pick<World, 'stdin'>): Promise<number[]> {
  return readIdsAt(path, world, parsePropertyId);
}

/** The same of ids of either kind, and of lines of JSON with an `id`, as a search writes them. */
export function readEitherIds(path: string, world: Pick<World, 'stdin'>): Promise<EitherId[]> {
  return readIdsAt(path, world, parseEitherId);
}

type Parse<Id> = (word: string, where: string) => Id;

async function readIdsAt<Id>(path: string, { stdin }: Pick<World, 'stdin'>, parse: Parse<Id>): Promise<Id[]> {
  const ids = path === '-' ? await readIds(stdin, 'standard input', parse) : await readFileIds(path, parse);
  if (ids.length === 0) throw usage(`${path === '-' ? 'standard input' : path} holds no property ids`);
  return ids;
}

async function readFileIds<Id>(path: string, parse: Parse<Id>): Promise<Id[]> {
  await requireFile(path);
  const file = await open(path);
  try {
    return await readIds(file.createReadStream({ encoding: 'utf8', autoClose: false }), path, parse);
  } finally {
    await file.close();
  }
}

async function readIds<Id>(
  chunks: AsyncIterable<Uint8Array | string>,
  source: string,
  parse: Parse<Id>,
): Promise<Id[]> {
  const ids: Id[] = [];
  for await (const { word, where } of wordsOf(chunks, source)) ids.push(parse(word, where));
  return ids;
}

/** Every id that is listed, and where: one per line, or several between commas; of a line of JSON its `id`. */
export async function* wordsOf(
  chunks: AsyncIterable<Uint8Array | string>,
  source: string,
): AsyncGenerator<{ readonly word: string; readonly where: string }, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  function* read(text: string): Generator<{ readonly word: string; readonly where: string }, void, undefined> {
    line++;
    const where = `${source}, line ${line}`;
    if (text.startsWith('{')) yield { word: idOf(text), where };
    else for (const word of text.split(/[\s,]+/)) if (word !== '') yield { word, where };
  }
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield* read(text);
  }
  yield* read(rest);
}

/** The line itself if it has none: the message then shows it. */
function idOf(line: string): string {
  try {
    const { id }: { id?: unknown } = JSON.parse(line);
    return typeof id === 'string' || typeof id === 'number' ? String(id) : line;
  } catch {
    return line;
  }
}
