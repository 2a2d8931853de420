/** The files of a write order as they come out of a child’s pipes, each handed to its target. */
import type { Sink, SinkTarget } from '../../core/ports/engine.ts';
import { escapeLineSeparators } from '../line-separators.ts';
import { PartsInTurn } from '../parts-in-turn.ts';
import { rowCounter } from '../row-counter.ts';

/** Lines of JSON are completed here unless the child has had to. */
function completed(bytes: AsyncIterable<Buffer>, { format, compression }: Sink): AsyncIterable<Buffer> {
  return format === 'jsonl' && compression === 'none' ? escapeLineSeparators(bytes) : bytes;
}

/** What the child has made of rows cannot be counted here. */
function counterOf({ format, compression }: Sink): (piece: Uint8Array) => number {
  return format === 'parquet' || compression !== 'none' ? () => 0 : rowCounter(format);
}

interface ReceivedFile {
  readonly index: number;
  readonly target: SinkTarget;
  readonly parts: PartsInTurn;
  readonly read: Promise<void>;
}

export class FileReceiver {
  readonly #pipes: readonly string[];
  readonly #sinks: readonly Sink[];
  readonly #onFault: () => void;
  readonly #onRows: (rows: number) => void;
  #current: ReceivedFile | null = null;
  /** Parts are told several at a time, and opened one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #fault: { readonly error: unknown } | null = null;
  #isDiscarding = false;
  #isClosed = false;
  #letGo: () => void = () => undefined;

  /**
   * @param onFault told when a target has failed: what comes after that is of no use.
   * @param onRows told of rows as they come, where they can be counted.
   */
  constructor(
    pipes: readonly string[],
    sinks: readonly Sink[],
    onFault: () => void,
    onRows: (rows: number) => void = () => undefined,
  ) {
    this.#pipes = pipes;
    this.#sinks = sinks;
    this.#onFault = onFault;
    this.#onRows = onRows;
  }

  /** What a target threw, if one did. */
  get fault(): { readonly error: unknown } | null {
    return this.#fault;
  }

  /**
   * Reads the next part of the file through this pipe from now on. With the first part of a file, ends the file before, which is whole.
   * Throws what a target threw.
   */
  async open(file: number, pipe: number): Promise<void> {
    const turn = this.#turn.then(() => (this.#current?.index === file ? this.#current : this.#next(file)));
    // Its fault is told below; the turns after it find the same.
    this.#turn = turn.catch(() => undefined);
    const { parts } = await turn;
    await parts.open(pipe);
  }

  /** Resolves when everything has come that was written. Throws what a target threw. */
  async drained(): Promise<void> {
    this.#current?.parts.finish();
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
    this.#current?.parts.discard();
    this.#letGo();
  }

  /** The child works no longer for these files. */
  close(): void {
    this.#isClosed = true;
    this.discard();
    this.#current?.parts.close();
  }

  async #next(file: number): Promise<ReceivedFile> {
    if (this.#isDiscarding) await this.drained();
    else await this.end();
    const sink = this.#sinks[file];
    if (sink === undefined) throw new RangeError(`the child writes a file ${file} of ${this.#sinks.length}`);
    const parts = new PartsInTurn(this.#pipes);
    if (this.#isDiscarding) parts.discard();
    const next = { index: file, target: sink.target, parts, read: this.#read(sink, parts) };
    this.#current = next;
    return next;
  }

  async #read(sink: Sink, parts: PartsInTurn): Promise<void> {
    const rowsIn = counterOf(sink);
    try {
      for await (const piece of completed(parts.bytes(), sink)) {
        this.#onRows(rowsIn(piece));
        await this.#hand(sink.target, piece);
      }
    } catch (error) {
      // Of a file that is closed, nothing more is of interest.
      if (!this.#isClosed) this.#fail(error);
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
