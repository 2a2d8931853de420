/** The text of a JSON document as it arrives: where its reader is, how much it may still read, and what to say when it stops. */

import { ConveyanceError } from '../../core/errors.ts';
import { MAX_PYTHON_BYTES, NotJson } from '../../core/ports/intake.ts';
import type { ByteWindow } from '../bytes/byte-window.ts';
import { BYTE_ORDER_MARK, CR, DOUBLE_QUOTE, LF, SINGLE_QUOTE } from '../bytes/characters.ts';

const SHOWN_LENGTH = 20;

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LF || byte === CR || byte === 0x09;
}

export interface JsonLimits {
  /** What messages call the text. */
  readonly name: string;
  /** Of the whole, except for what `uncounted` reads. */
  readonly maxBytes: number;
  /** JSON alone, and not Python's notation of it. */
  readonly isStrict?: boolean;
  /** White space does not count: nothing of it is kept, and the whole has a limit of its own. */
  readonly isSpaceFree?: boolean;
}

export class JsonText {
  readonly window: ByteWindow;
  readonly #limits: JsonLimits;
  /** Bytes that do not count against the limit, and where those that are kept must end. */
  #uncounted = 0;
  #uncountedEnd: number | null = null;
  #isPython = false;
  #line = 1;
  #lineStart = 0;
  /** Bytes of the line that do not begin a character. */
  #continuations = 0;

  constructor(window: ByteWindow, limits: JsonLimits) {
    this.window = window;
    this.#limits = limits;
  }

  /** A byte order mark, if the text begins with one. */
  async skipMark(): Promise<void> {
    const { window } = this;
    await window.has(BYTE_ORDER_MARK.length);
    const [first, second] = window.bytes;
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      this.refuse('it is written in UTF-16; save it as UTF-8');
    }
    if (!window.bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)) return;
    window.at += BYTE_ORDER_MARK.length;
    this.#lineStart = BYTE_ORDER_MARK.length;
  }

  /** The next character that is not white space, unread; '' at the end, a Latin-1 character if it is not ASCII. */
  async peek(): Promise<string> {
    const { window } = this;
    for (;;) {
      this.skipWhiteSpace();
      const byte = window.bytes[window.at];
      if (byte !== undefined) return String.fromCharCode(byte);
      if (!(await this.fill())) return '';
    }
  }

  /** As far as the bytes at hand go. */
  skipWhiteSpace(): void {
    const { window } = this;
    const from = window.at;
    for (; isWhiteSpace(window.bytes[window.at]); window.at++) {
      if (window.bytes[window.at] !== LF) continue;
      this.#line++;
      this.#lineStart = window.offset + 1;
      this.#continuations = 0;
    }
    if (this.#limits.isSpaceFree === true && this.#uncountedEnd === null) this.#uncounted += window.at - from;
  }

  /** Reads one of these characters and returns it. */
  async take(characters: string, what: string): Promise<string> {
    const next = await this.peek();
    if (next === '' || !characters.includes(next)) this.expected(what);
    this.window.at++;
    return next;
  }

  async fill(): Promise<boolean> {
    const more = await this.window.fill();
    this.judgeSize();
    return more;
  }

  /** The quote that strings may begin with besides JSON’s own, once the text is known to be Python's. */
  isQuote(byte: number | undefined): boolean {
    return byte === DOUBLE_QUOTE || (this.#isPython && byte === SINGLE_QUOTE);
  }

  /** What `work` reads does not count against the limit: it keeps little of it, and reads that `shortly`. */
  async uncounted(work: () => Promise<void>): Promise<void> {
    const from = this.window.offset;
    this.#uncountedEnd = Number.POSITIVE_INFINITY;
    await work();
    this.#uncountedEnd = null;
    this.#uncounted += this.window.offset - from;
  }

  /** The next `maxBytes` bytes are kept after all; within `uncounted`. */
  async shortly<Result>(maxBytes: number, work: () => Promise<Result>): Promise<Result> {
    this.#uncountedEnd = this.window.offset + maxBytes;
    const result = await work();
    this.judgeSize();
    this.#uncountedEnd = Number.POSITIVE_INFINITY;
    return result;
  }

  refuse(fault: string): never {
    throw new ConveyanceError('invalid_parameter', `${this.#limits.name} cannot be read: ${this.#place()}: ${fault}`);
  }

  /** Refuses what comes next. */
  expected(what: string): never {
    const { bytes, at } = this.window;
    const text = bytes.toString('utf8', at, at + SHOWN_LENGTH).replace(/[^\x20-\x7e].*/s, '');
    const byte = bytes[at];
    const code = byte?.toString(16).padStart(2, '0');
    const found = byte === undefined ? 'the end' : text === '' ? `the byte 0x${code}` : JSON.stringify(text);
    throw new NotJson(`${this.#limits.name} is not valid JSON: ${this.#place()}: expected ${what}, found ${found}`);
  }

  /** What comes before this place holds bytes that are not UTF-8. */
  refuseBytes(what: string): never {
    throw new NotJson(`${this.#limits.name} cannot be read: ${this.#place()}: ${what}`, { isForeignText: true });
  }

  /** Bytes of the line before `at` that do not begin a character. */
  addContinuations(count: number): void {
    this.#continuations += count;
  }

  /** The text uses a notation that only Python has. */
  becomePython(): void {
    if (this.#limits.isStrict === true) this.expected('JSON, with double quotes, true, false and null');
    this.#isPython = true;
    this.judgeSize();
  }

  get isPython(): boolean {
    return this.#isPython;
  }

  #place(): string {
    const column = this.window.offset - this.#lineStart - this.#continuations + 1;
    return `line ${this.#line}, column ${column}`;
  }

  /** Refuses a text that has become too long. */
  judgeSize(): void {
    const { name, maxBytes } = this.#limits;
    const { offset } = this.window;
    if (this.#isPython && offset > MAX_PYTHON_BYTES) {
      this.refuse(
        `Python's notation (single quotes, True, False, None) is read up to ${MAX_PYTHON_BYTES} bytes only; send JSON, as json.dumps writes it`,
      );
    }
    const end = this.#uncountedEnd ?? maxBytes + this.#uncounted;
    if (offset <= end) return;
    if (this.#uncountedEnd !== null) this.refuse('the value is too long');
    throw new ConveyanceError(
      'invalid_parameter',
      `${name} holds more than ${maxBytes} bytes${this.#uncounted > 0 ? ' beside its list of ids' : ''}`,
    );
  }
}
