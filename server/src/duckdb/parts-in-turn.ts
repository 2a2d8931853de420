/** Parts of one file that are written at the same time, each into a pipe, and read in their order. */
import type { Socket } from 'node:net';
import { readPipe } from './pipe.ts';

/** A reader, and its end for whatever reason. */
interface Part {
  readonly reader: Socket;
  readonly closed: Promise<void>;
}

function openPart(path: string): Part {
  const reader = readPipe(path);
  // Told to whoever reads the part; a part that nobody has come to yet must not end the process.
  reader.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => void reader.once('close', resolve));
  return { reader, closed };
}

/** What cannot be opened was told to whoever wanted to write. */
function onceOpen(part: Promise<Part>, act: (reader: Socket) => void): void {
  part.then(
    ({ reader }) => act(reader),
    () => undefined,
  );
}

/**
 * Each writer asks for its pipe first, in the order of the parts. A pipe ends with its part, and is opened again when all of the part
 * before it in the same pipe was read: otherwise the two would be one.
 */
export class PartsInTurn {
  readonly #paths: readonly string[];
  /** By pipe, the part that was last opened in it. */
  readonly #last: Promise<Part>[] = [];
  readonly #queue: Promise<Part>[] = [];
  #isOver = false;
  #isClosed = false;
  #isDiscarding = false;
  #wake: () => void = () => undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** The next part comes through this pipe. Resolves when somebody reads it. */
  async open(pipe: number): Promise<void> {
    const path = this.#paths[pipe];
    if (path === undefined) throw new RangeError(`there is no pipe ${pipe} of ${this.#paths.length}`);
    const opening = this.#openAfter(this.#last[pipe], path);
    this.#last[pipe] = opening;
    this.#queue.push(opening);
    this.#wake();
    await opening;
  }

  /** No part comes after those that were opened. */
  finish(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** What still comes is read at once, and let go: a writer that waits for its reader notices nothing else. */
  discard(): void {
    this.#isDiscarding = true;
    for (const part of this.#queue) onceOpen(part, (reader) => reader.resume());
  }

  /** Reads nothing more. For when nobody writes: a pipe that no writer has opened would never end. */
  close(): void {
    this.#isClosed = true;
    this.finish();
    for (const part of this.#last) onceOpen(part, (reader) => reader.destroy());
  }

  /** Part by part, until all that were opened are read and `finish` was called. Each is read to its end before the next. */
  async *parts(): AsyncGenerator<AsyncIterable<Buffer>, void, undefined> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        const { reader, closed } = await next;
        if (!this.#isDiscarding) yield reader;
        await closed;
      } else if (this.#isOver) return;
      else await this.#opened();
    }
  }

  /** All parts as one. */
  async *bytes(): AsyncGenerator<Buffer, void, undefined> {
    for await (const part of this.parts()) yield* part;
  }

  #opened(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #openAfter(before: Promise<Part> | undefined, path: string): Promise<Part> {
    await (await before)?.closed;
    if (this.#isClosed) throw new Error('the parts are read no more');
    const part = openPart(path);
    if (this.#isDiscarding) part.reader.resume();
    return part;
  }
}
