/** Properties by their UUIDs: from arguments, a file, or standard input, a few at a time. */
import { createReadStream } from 'node:fs';
import { usage } from '../../terminal/errors.ts';
import { requireFile } from '../../terminal/files.ts';
import type { World } from '../../terminal/world.ts';

export const STANDARD_INPUT = '-';

const UUID_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function requireUuid(word: string, where: string): string {
  if (UUID_FORM.test(word)) return word;
  throw usage(`${where}: "${word.slice(0, 60)}" is not a property id; here these are UUIDs, as a search gives them`);
}

/** One id per line; commas are fine too, and so are lines of JSON with an `id`, as a search writes them. */
async function* uuidsOf(
  chunks: AsyncIterable<Uint8Array | string>,
  source: string,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let line = 0;
  function* read(text: string): Generator<string, void, undefined> {
    line++;
    const where = `${source}, line ${line}`;
    if (text.startsWith('{')) yield requireUuid(idOf(text), where);
    else for (const word of text.split(/[\s,]+/)) if (word !== '') yield requireUuid(word, where);
  }
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield* read(text);
  }
  yield* read(rest);
}

function idOf(line: string): string {
  try {
    const { id }: { id?: unknown } = JSON.parse(line);
    return typeof id === 'string' ? id : line;
  } catch {
    return line;
  }
}

async function* nonEmpty(ids: AsyncIterable<string>, source: string): AsyncGenerator<string, void, undefined> {
  let isEmpty = true;
  for await (const id of ids) {
    isEmpty = false;
    yield id;
  }
  if (isEmpty) throw usage(`${source} holds no property ids`);
}

/** The ids of the arguments, then those of the file; `-` in either place is standard input. Throws before it yields when nothing is named. */
export async function readUuids(
  words: readonly string[],
  file: string | undefined,
  { stdin }: Pick<World, 'stdin'>,
): Promise<AsyncIterable<string>> {
  const sources = [...words, ...(file === undefined ? [] : [file])].filter((word) => word === STANDARD_INPUT);
  if (sources.length > 1) throw usage('standard input can be read once: give - once');
  if (file !== undefined && file !== STANDARD_INPUT) await requireFile(file);
  const given = words.filter((word) => word !== STANDARD_INPUT).map((word) => requireUuid(word, 'an argument'));
  if (given.length === 0 && sources.length === 0 && file === undefined) {
    throw usage(
      'missing: property ids, - for standard input, or --ids-file; or --job to continue with an existing job',
    );
  }
  return (async function* () {
    yield* given;
    if (sources.length > 0) yield* nonEmpty(uuidsOf(stdin, 'standard input'), 'standard input');
    else if (file !== undefined) yield* nonEmpty(uuidsOf(createReadStream(file, 'utf8'), file), file);
  })();
}
