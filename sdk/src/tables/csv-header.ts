/** The column names of a CSV file. The server says what else is wrong with the file. */
import { CsvHeaderError } from '../contract/errors.ts';

/** The most frequent; of several the first. */
export const DELIMITERS = [',', ';', '\t'] as const;
const BYTE_ORDER_MARK = '\u{FEFF}';
/** A cell that is one quoted text. With text beside its quotes, it is taken as written in the file. */
const QUOTED = /^"((?:[^"]|"")*)"$/;

export const QUOTE = 0x22;
const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d]);

/** Where the first line ends, and where each delimiter is in it, outside quotes. */
function scanFirstLine(bytes: Uint8Array) {
  const delimiters = DELIMITERS.map((): number[] => []);
  const codes = DELIMITERS.map((delimiter) => delimiter.charCodeAt(0));
  let inQuotes = false;
  let isCellStart = true;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inQuotes) {
      // Two quotes stand for one.
      if (byte === QUOTE && bytes[at + 1] === QUOTE) at++;
      else if (byte === QUOTE) inQuotes = false;
      continue;
    }
    if (LINE_ENDS.has(byte)) return { delimiters, end: at };
    const which = codes.indexOf(byte);
    delimiters[which]?.push(at);
    inQuotes = byte === QUOTE && isCellStart;
    isCellStart = which >= 0;
  }
  return { delimiters, end: bytes.length };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CsvHeaderError('line 1: the header is not UTF-8; save the file as CSV in UTF-8');
  }
}

function nameOf(cell: string): string {
  const [, quoted] = QUOTED.exec(cell) ?? [];
  return quoted?.replaceAll('""', '"') ?? cell;
}

/** Throws `CsvHeaderError` if the first line names no columns. @param file the file, or its beginning. */
export function readCsvHeader(file: Uint8Array): readonly string[] {
  const [first, second] = file;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new CsvHeaderError('the file is written in UTF-16; save it as CSV in UTF-8');
  }
  const mark = new TextEncoder().encode(BYTE_ORDER_MARK);
  const bytes = mark.every((byte, at) => file[at] === byte) ? file.subarray(mark.length) : file;
  if (bytes.length === 0) throw new CsvHeaderError('the file is empty; its first line must name the columns');
  const { delimiters, end } = scanFirstLine(bytes);
  const most = delimiters.reduce((best, each) => (each.length > best.length ? each : best));
  const cuts = [-1, ...most, end];
  return cuts.slice(1).map((cut, at) => nameOf(decode(bytes.subarray((cuts[at] ?? 0) + 1, cut))));
}
