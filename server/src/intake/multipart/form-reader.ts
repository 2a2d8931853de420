/** Multipart bodies by part, in bounded memory, as RFC 2046 §5.1 has them. */

import { ConveyanceError } from '../../core/errors.ts';
import type { ByteWindow } from '../bytes/byte-window.ts';
import { CR, LF } from '../bytes/characters.ts';
import { type PartHeaders, parsePartHeaders } from './part-headers.ts';

const MAX_PART_HEADER_BYTES = 16 * 1024;
/** Of all parts together. A part that a library writes has three lines of some two hundred bytes. */
const MAX_FORM_HEADER_BYTES = 64 * 1024;
const MAX_FORM_HEADER_LINES = 1_000;
/** With that many bytes of it still missing, the end of the headers may have begun. */
const HEADERS_END = Buffer.from('\r\n\r\n');
/** White space that gateways may add after a boundary: any amount in the grammar, none in practice. */
const MAX_PADDING_BYTES = 256;
const DASH = 0x2d;
const SPACE = 0x20;
const TAB = 0x09;

interface DelimiterEnd {
  /** Up to the line end that ends it. */
  readonly length: number;
  readonly isLast: boolean;
}

/** Reads one part after the other: `next`, then `content`; content that is not requested is skipped. */
export class FormReader {
  readonly #window: ByteWindow;
  readonly #delimiter: Buffer;
  #state: 'preamble' | 'headers' | 'content' | 'over' = 'preamble';
  #isLast = false;
  #parts = 0;
  #headerBytes = 0;
  #headerLines = 0;

  /** The window begins with CRLF: the first boundary has none before it. */
  constructor(window: ByteWindow, boundary: string) {
    this.#window = window;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The headers of the next part; null after the last. */
  async next(): Promise<PartHeaders | null> {
    if (this.#state === 'preamble' || this.#state === 'content') {
      for await (const _skipped of this.content());
    }
    if (this.#isLast) {
      this.#state = 'over';
      await this.#skipEpilogue();
      return null;
    }
    this.#parts++;
    const headers = parsePartHeaders(await this.#headerBlock(), this.#parts);
    this.#state = 'content';
    return headers;
  }

  /** The bytes up to the next boundary. */
  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    const window = this.#window;
    // Of the bytes at hand, those in which no boundary begins.
    let ahead = 0;
    for (;;) {
      const found = window.bytes.indexOf(this.#delimiter, window.at + ahead);
      if (found < 0) {
        // The last bytes may be the beginning of a boundary.
        const taken = Math.max(0, window.bytes.length - window.at - this.#delimiter.length + 1);
        yield* this.#take(taken);
        ahead = Math.max(0, ahead - taken);
        if (!(await window.fill())) throw this.#endedEarly();
        continue;
      }
      // Taken before more is read: content that is made of beginnings of boundaries would pile up.
      yield* this.#take(found - window.at);
      const end = await this.#delimiterEnd();
      ahead = 1;
      if (end === null) continue;
      window.at += end.length;
      this.#isLast = end.isLast;
      this.#state = 'headers';
      return;
    }
  }

  *#take(length: number): Generator<Uint8Array, void, undefined> {
    if (length <= 0) return;
    const { bytes, at } = this.#window;
    this.#window.at = at + length;
    yield bytes.subarray(at, at + length);
  }

  /**
   * What follows the boundary that is next says whether it is one: "--" or not, white space, and a line end, or the end of the body after
   * the last. Null if the line continues: then it is content that begins like a boundary.
   */
  async #delimiterEnd(): Promise<DelimiterEnd | null> {
    const window = this.#window;
    const byteAt = async (place: number) => {
      const isThere = await window.has(place + 1);
      return isThere ? window.bytes[window.at + place] : undefined;
    };
    let place = this.#delimiter.length;
    const isLast = (await byteAt(place)) === DASH && (await byteAt(place + 1)) === DASH;
    if (isLast) place += 2;
    for (let padding = 0; padding < MAX_PADDING_BYTES; padding++) {
      const byte = await byteAt(place);
      const isEnd = byte === undefined ? isLast : byte === CR && (await byteAt(place + 1)) === LF;
      if (isEnd) return { length: place, isLast };
      if (byte !== SPACE && byte !== TAB) return null;
      place++;
    }
    return null;
  }

  /** Up to the empty line, which the next boundary may follow immediately: a part may have no body. */
  async #headerBlock(): Promise<Uint8Array> {
    const window = this.#window;
    const place = `part ${this.#parts} of the form`;
    // What was searched is not searched again: headers may come byte by byte.
    for (let searched = 0; ; ) {
      const end = window.bytes.indexOf(HEADERS_END, window.at + searched);
      const length = (end < 0 ? window.bytes.length : end) - window.at;
      this.#judgeHeaders(length, place);
      if (end >= 0) {
        const block = window.bytes.subarray(window.at, end);
        if (block.includes(this.#delimiter)) this.#refuse(`${place} has no empty line behind its headers`);
        this.#countHeaders(block);
        window.at = end + 2;
        // If the end of the empty line belongs to the boundary, content finds it there.
        if (!(await this.#isDelimiterNext())) window.at += 2;
        return block;
      }
      searched = Math.max(0, length - HEADERS_END.length + 1);
      if (!(await window.fill())) throw this.#endedEarly();
    }
  }

  #judgeHeaders(length: number, place: string): void {
    if (length > MAX_PART_HEADER_BYTES)
      this.#refuse(`${place} has headers of more than ${MAX_PART_HEADER_BYTES} bytes`);
    if (this.#headerBytes + length <= MAX_FORM_HEADER_BYTES) return;
    this.#refuse(`the headers of the form’s parts have more than ${MAX_FORM_HEADER_BYTES} bytes in all`);
  }

  #countHeaders(block: Uint8Array): void {
    this.#headerBytes += block.length;
    for (const byte of block) if (byte === LF) this.#headerLines++;
    this.#headerLines++;
    if (this.#headerLines <= MAX_FORM_HEADER_LINES) return;
    this.#refuse(`the headers of the form’s parts have more than ${MAX_FORM_HEADER_LINES} lines in all`);
  }

  async #isDelimiterNext(): Promise<boolean> {
    const window = this.#window;
    const { length } = this.#delimiter;
    if (!(await window.has(length))) return false;
    const isAlike = window.bytes.subarray(window.at, window.at + length).equals(this.#delimiter);
    return isAlike && (await this.#delimiterEnd()) !== null;
  }

  async #skipEpilogue(): Promise<void> {
    const window = this.#window;
    do window.at = window.bytes.length;
    while (await window.fill());
  }

  #endedEarly(): ConveyanceError {
    const where = this.#parts === 0 ? 'before its first part' : `in part ${this.#parts}`;
    const boundary = JSON.stringify(this.#delimiter.toString('latin1').slice(2));
    return new ConveyanceError(
      'invalid_parameter',
      `the form ends ${where}: the line ${boundary} that Content-Type announces is missing. Lines end with CRLF, and the last ` +
        'boundary has two more hyphens behind it',
    );
  }

  #refuse(message: string): never {
    throw new ConveyanceError('invalid_parameter', message);
  }
}
