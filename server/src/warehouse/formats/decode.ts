/** Text files in another encoding than UTF-8, which is all that the engine reads: a load reads a decoded copy of them. */
import { ConveyanceError } from '../../core/errors.ts';
import type { Deps } from '../../core/ports/deps.ts';
import { KIB } from '../../core/size.ts';
import type { SourceFile } from '../source-files.ts';
import { decodeText, findEncoding } from './encoding.ts';
import type { Encoding } from './text-format.ts';

/** Enough to see names and addresses of hundreds of rows. */
export const HEAD_BYTES = 256 * KIB;

export interface DecodedFile extends SourceFile {
  readonly encoding: Encoding;
}

interface Looking {
  /** What an operator said. */
  readonly encoding: Encoding | undefined;
  /** How many bytes are looked at where nobody said anything. */
  readonly limit: number;
}

/** The copies of one load. Each keeps the lines of its file, so that a line has its number. */
export class DecodedCopies {
  readonly #deps: Pick<Deps, 'files' | 'store'>;
  readonly #name: string;
  #made = 0;

  /** @param name of the load’s own, in the scratch. */
  constructor(deps: Pick<Deps, 'files' | 'store'>, name: string) {
    this.#deps = deps;
    this.#name = name;
  }

  /** The file as the engine can read it. Throws `load_refused`. */
  async readable(file: SourceFile, { encoding, limit }: Looking, signal: AbortSignal): Promise<DecodedFile> {
    const { files, store } = this.#deps;
    if (file.format === 'parquet') return { ...file, encoding: 'utf-8' };
    const isZstd = /\.zst$/i.test(file.path);
    const found = encoding ?? (isZstd ? 'utf-8' : await findEncoding(files.read(file.path), limit));
    if (found === 'utf-8') return { ...file, at: file.path, encoding: found };
    if (isZstd) {
      throw new ConveyanceError('load_refused', `${file.path} must be unpacked first: zstd is read in UTF-8 only`);
    }
    const at = await store.scratch(this.#scratch(this.#made++));
    await files.writeText(at, untilAborted(decodeText(files.read(file.path), found), signal));
    return { ...file, at, encoding: found };
  }

  async discard(): Promise<void> {
    for (let index = 0; index < this.#made; index++) await this.#deps.store.discard(this.#scratch(index));
  }

  #scratch(index: number): string {
    return `${this.#name}-text-${index}`;
  }
}

async function* untilAborted(pieces: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
}
