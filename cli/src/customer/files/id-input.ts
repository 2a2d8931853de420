/** Properties by ids of either kind: from arguments, a file, or standard input, a few at a time. */

import { createReadStream } from 'node:fs';
import { usage } from '../../terminal/errors.ts';
import { requireFile } from '../../terminal/files.ts';
import { type EitherId, parseEitherId, wordsOf } from '../../terminal/property-id-list.ts';
import { STANDARD_INPUT } from '../../terminal/standard-streams.ts';
import type { World } from '../../terminal/world.ts';

async function* nonEmpty(
  chunks: AsyncIterable<Uint8Array | string>,
  source: string,
): AsyncGenerator<EitherId, void, undefined> {
  let isEmpty = true;
  for await (const { word, where } of wordsOf(chunks, source)) {
    isEmpty = false;
    yield parseEitherId(word, where);
  }
  if (isEmpty) throw usage(`${source} holds no property ids`);
}

/** The ids of the arguments, then those of the file; `-` in either place is standard input. Throws before it yields when nothing is named. */
export async function readIds(
  words: readonly string[],
  file: string | undefined,
  { stdin }: Pick<World, 'stdin'>,
): Promise<AsyncIterable<EitherId>> {
  const sources = [...words, ...(file === undefined ? [] : [file])].filter((word) => word === STANDARD_INPUT);
  if (sources.length > 1) throw usage('standard input can be read once: give - once');
  if (file !== undefined && file !== STANDARD_INPUT) await requireFile(file);
  const given = words.filter((word) => word !== STANDARD_INPUT).map((word) => parseEitherId(word, 'an argument'));
  if (given.length === 0 && sources.length === 0 && file === undefined) {
    throw usage(
      'missing: property ids, - for standard input, or --ids-file; or --job to continue with an existing job',
    );
  }
  return (async function* () {
    yield* given;
    if (sources.length > 0) yield* nonEmpty(stdin, 'standard input');
    else if (file !== undefined) yield* nonEmpty(createReadStream(file, 'utf8'), file);
  })();
}
