/**
 * CSV records (RFC 4180) as runs of bytes. Written by hand because rows must come out whatever is wrong with them, with their lines
 * and with the bytes of each cell; a parser that stops at the first fault, or hands out text only, cannot give that.
 */

import { ConveyanceError } from '../../core/errors.ts';
import { type CsvDialect, MAX_CELL_BYTES, type RowLimits, UPLOAD_ROW } from '../../core/ports/intake.ts';
import { CR, LF, DOUBLE_QUOTE as QUOTE } from '../bytes/characters.ts';

/** The scanner's state within a cell. */
const START = 0;
const PLAIN = 1;
const QUOTED = 2;
/** After a quote within quotes: it ends the cell, or is the first of two that stand for one. */
const CLOSING = 3;
/** After a closing quote and a CR, which must begin a line end. */
const ENDING = 4;

/** How a cell is written: plain; in quotes; in quotes, some of them doubled; with text beside its quotes. */
export type CellForm = 'plain' | 'quoted' | 'doubled' | 'broken';

export interface CellSpan {
  /** Within the record's bytes, without the quotes of `quoted` and `doubled`. */
  readonly start: number;
  readonly end: number;
  readonly form: CellForm;
}

export interface RawRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Without its line end. A view, valid until the next `push`. */
  readonly bytes: Buffer;
  readonly cells: readonly CellSpan[];
}

/** Cuts bytes that arrive in pieces into records. */
export class RecordScanner {
  readonly #delimiter: number;
  readonly #lineEnd: number;
  readonly #limits: RowLimits;
  #bytes: Buffer = Buffer.alloc(0);
  /** Of the byte to look at next, of the record and of the cell, within the bytes at hand. */
  #at = 0;
  #recordStart = 0;
  #cellStart = 0;
  #state = START;
  #form: CellForm = 'plain';
  #cells: CellSpan[] = [];
  #line = 1;
  #recordLine = 1;

  constructor({ delimiter, lineEnd }: CsvDialect, limits: RowLimits = UPLOAD_ROW) {
    this.#limits = limits;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#lineEnd = lineEnd === '\r' ? CR : LF;
  }

  /** The records that these bytes complete. */
  *push(bytes: Uint8Array): Generator<RawRecord, void, undefined> {
    const rest = this.#bytes.subarray(this.#recordStart);
    this.#at -= this.#recordStart;
    this.#cellStart -= this.#recordStart;
    this.#recordStart = 0;
    this.#bytes =
      rest.length === 0 ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) : Buffer.concat([rest, bytes]);
    while (this.#scan()) yield this.#endRecord(1);
    this.#judgeRow(this.#bytes.length);
  }

  /** The record that ends with the file and no line end. */
  *end(): Generator<RawRecord, void, undefined> {
    if (this.#bytes.length === this.#recordStart) return;
    if (this.#state === QUOTED) {
      this.#refuse('a quoted cell is opened and never closed; double the quotes that are part of a cell');
    }
    this.#endCell();
    yield this.#endRecord(0);
  }

  /** Advances to the end of the record and of its last cell; false if the bytes end before. */
  #scan(): boolean {
    const bytes = this.#bytes;
    const delimiter = this.#delimiter;
    const lineEnd = this.#lineEnd;
    for (let at = this.#at; at < bytes.length; at++) {
      const byte = bytes[at];
      // By far the most bytes: those within a cell that mean nothing.
      if (byte !== delimiter && byte !== lineEnd && byte !== QUOTE && this.#state !== START) {
        if (this.#state === CLOSING || this.#state === ENDING) this.#takeBehindQuotes(byte);
        continue;
      }
      this.#at = at;
      if (byte === lineEnd) this.#line++;
      if (byte === QUOTE) this.#takeQuote();
      else if (this.#state === QUOTED) continue;
      else if (byte === delimiter) this.#nextCell();
      else if (byte === lineEnd) {
        this.#endCell();
        return true;
      } else this.#state = PLAIN;
    }
    this.#at = bytes.length;
    return false;
  }

  #takeQuote(): void {
    if (this.#state === START) {
      this.#state = QUOTED;
      this.#form = 'quoted';
    } else if (this.#state === QUOTED) this.#state = CLOSING;
    else if (this.#state === CLOSING) {
      this.#state = QUOTED;
      this.#form = 'doubled';
    } else if (this.#state === ENDING) this.#breakCell();
  }

  #takeBehindQuotes(byte: number | undefined): void {
    // In a run of CRs each belongs to the line end.
    if (byte === CR) this.#state = ENDING;
    else this.#breakCell();
  }

  /** Text beside quotes cannot be told from text within: the cell is taken unchanged. */
  #breakCell(): void {
    this.#state = PLAIN;
    this.#form = 'broken';
  }

  #nextCell(): void {
    if (this.#state === ENDING) this.#breakCell();
    this.#endCell();
    const { columns } = this.#limits;
    if (this.#cells.length === columns) this.#refuse(`the row has more than ${columns} cells`);
    this.#cellStart = this.#at + 1;
  }

  #endCell(): void {
    const form = this.#form;
    const isQuoted = form === 'quoted' || form === 'doubled';
    const end = this.#contentEnd();
    const start = isQuoted ? this.#cellStart + 1 : this.#cellStart;
    const length = (isQuoted ? end - 1 : end) - start;
    if (length > MAX_CELL_BYTES) this.#refuse(`cell ${this.#cells.length + 1} is longer than ${MAX_CELL_BYTES} bytes`);
    this.#cells.push({ start: start - this.#recordStart, end: start + length - this.#recordStart, form });
    this.#state = START;
    this.#form = 'plain';
  }

  /**
   * The end of the cell, without the CRs that belong to the following line end: mostly one, two from programs that write CRLF to a stream
   * which makes CRLF of each LF.
   */
  #contentEnd(): number {
    let at = this.#at;
    const isLast = at === this.#bytes.length || this.#bytes[at] === this.#lineEnd;
    if (!isLast || this.#lineEnd !== LF) return at;
    while (at > this.#cellStart && this.#bytes[at - 1] === CR) at--;
    return at;
  }

  #endRecord(lineEndLength: number): RawRecord {
    this.#judgeRow(this.#at);
    const record = {
      line: this.#recordLine,
      bytes: this.#bytes.subarray(this.#recordStart, this.#at),
      cells: this.#cells,
    };
    this.#at += lineEndLength;
    this.#recordStart = this.#at;
    this.#cellStart = this.#at;
    this.#recordLine = this.#line;
    this.#cells = [];
    return record;
  }

  #judgeRow(end: number): void {
    const { bytes } = this.#limits;
    if (end - this.#recordStart <= bytes) return;
    const advice = this.#state === QUOTED ? '; is a quote missing that closes a cell?' : '';
    this.#refuse(`the row is longer than ${bytes} bytes${advice}`);
  }

  #refuse(fault: string): never {
    throw new ConveyanceError('invalid_parameter', `line ${this.#recordLine}: ${fault}`);
  }
}
