/** The files of a write order as they come out of a child’s pipe, each handed to its target. */
import type { Sink, SinkTarget } from '../../core/ports/engine.ts';
import { escapeLineSeparators } from '../line-separators.ts';
import { readPipe } from '../pipe.ts';

/** Lines of JSON are completed here unless the child has had to. */
function completed(bytes: AsyncIterable<Buffer>, { format, compression }: Sink): AsyncIterable<Buffer> {
  return format === 'jsonl' && compression === 'none' ? escapeLineSeparators(bytes) : bytes;
}

export class FileReceiver {
  readonly #path: string;
  readonly #sinks: readonly Sink[];
  readonly #onFault: () => void;
  #current: { readonly target: SinkTarget; readonly read: Promise<void> } | null = null;
  #opened = 0;
  #fault: { readonly error: unknown } | null = null;
  #isDiscarding = false;
  #letGo: () => void = () => undefined;

  /** @param onFault told when a target has failed: what comes after that is of no use. */
  constructor(path: string, sinks: readonly Sink[], onFault: () => void) {
    this.#path = path;
    this.#sinks = sinks;
    this.#onFault = onFault;
  }

  /** What a target threw, if one did. */
  get fault(): { readonly error: unknown } | null {
    return this.#fault;
  }

  /** Ends the file before, which is whole, and reads the next one from now on. Throws what a target threw. */
  async open(): Promise<void> {
    if (this.#isDiscarding) await this.drained();
    else await this.end();
    const sink = this.#sinks[this.#opened++];
    if (sink === undefined) throw new RangeError(`the child writes a file ${this.#opened} of ${this.#sinks.length}`);
    this.#current = { target: sink.target, read: this.#read(sink) };
  }

  /** Resolves when everything has come that was written. Throws what a target threw. */
  async drained(): Promise<void> {
    await this.#current?.read;
    if (this.#fault !== null) throw this.#fault.error;
  }

  /** The file that came last is whole, and its target is told. Throws what a target threw. */
  async end(): Promise<void> {
    await this.drained();
    const ended = this.#current;
    this.#current = null;
    await ended?.target.end();
  }

  /** Hands over nothing more. What still comes is read and let go: the engine notices an interruption only when it can write. */
  discard(): void {
    this.#isDiscarding = true;
    this.#letGo();
  }

  async #read(sink: Sink): Promise<void> {
    try {
      for await (const piece of completed(readPipe(this.#path), sink)) await this.#hand(sink.target, piece);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #hand(target: SinkTarget, piece: Buffer): Promise<void> {
    if (this.#isDiscarding) return;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#letGo = resolve;
        target.write(piece).then(resolve, reject);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#fault ??= { error };
    this.discard();
    this.#onFault();
  }
}
