/** What the first row of a CSV file tells about the rest. */
import { ConveyanceError } from '../../core/errors.ts';
import { CSV_DELIMITERS, type CsvDialect, MAX_ROW_BYTES } from '../../core/ports/intake.ts';
import type { ByteWindow } from '../bytes/byte-window.ts';
import { BYTE_ORDER_MARK, CR, LF, DOUBLE_QUOTE as QUOTE } from '../bytes/characters.ts';

const DELIMITER_BYTES = CSV_DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));

function refuse(message: string): never {
  throw new ConveyanceError('invalid_parameter', message);
}

async function skipMark(window: ByteWindow): Promise<boolean> {
  await window.has(BYTE_ORDER_MARK.length);
  const [first, second] = window.bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    refuse('the file is written in UTF-16; save it as CSV in UTF-8');
  }
  const bom = window.bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  if (bom) window.at = BYTE_ORDER_MARK.length;
  return bom;
}

interface FirstLine {
  /** How often each of `CSV_DELIMITERS` occurs outside quotes. */
  readonly counts: readonly number[];
  /** Where its line end begins; null if that has not been read yet. */
  readonly end: number | null;
}

function scanFirstLine(bytes: Uint8Array, from: number): FirstLine {
  const counts = CSV_DELIMITERS.map(() => 0);
  let inQuotes = false;
  let isCellStart = true;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inQuotes) {
      if (byte === QUOTE && bytes[at + 1] === QUOTE) at++;
      else if (byte === QUOTE) inQuotes = false;
      continue;
    }
    if (byte === CR || byte === LF) return { counts, end: at };
    const which = DELIMITER_BYTES.indexOf(byte);
    if (which >= 0) counts[which] = (counts[which] ?? 0) + 1;
    inQuotes = byte === QUOTE && isCellStart;
    isCellStart = which >= 0;
  }
  return { counts, end: null };
}

function behindCrs(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === CR) at++;
  return at;
}

/** CRs end lines in old files; before an LF they are part of a line end with it. */
function lineEndAt(bytes: Uint8Array, end: number | null): CsvDialect['lineEnd'] {
  if (end === null || bytes[end] === LF) return '\n';
  return bytes[behindCrs(bytes, end)] === LF ? '\r\n' : '\r';
}

/** Leaves the window at the first byte of the first row. */
export async function detectDialect(window: ByteWindow): Promise<CsvDialect> {
  const bom = await skipMark(window);
  let line = scanFirstLine(window.bytes, window.at);
  // The byte behind the CRs tells which line end it is.
  while (line.end === null || behindCrs(window.bytes, line.end) >= window.bytes.length) {
    if (window.bytes.length - window.at > MAX_ROW_BYTES) {
      refuse(`line 1: the header is longer than ${MAX_ROW_BYTES} bytes; is this a CSV file?`);
    }
    if (!(await window.fill())) break;
    line = scanFirstLine(window.bytes, window.at);
  }
  if (window.at === window.bytes.length) refuse('the file is empty; its first line must name the columns');
  const most = Math.max(...line.counts);
  // The most frequent; of several the first.
  const delimiter = CSV_DELIMITERS[line.counts.indexOf(most)] ?? ',';
  return { delimiter, lineEnd: lineEndAt(window.bytes, line.end), bom };
}
