import type { JsonText } from './json-text.ts';

/** What may follow a backslash in a string. */
interface Escape {
  /** The character itself, if no digits follow. */
  readonly text: string;
  /** How many hexadecimal digits follow. */
  readonly digits: number;
  /** Not one of JSON's. */
  readonly isPython: boolean;
}

const MAX_CODE_POINT = 0x10ffff;
/** With the backslash. */
const MARK_LENGTH = 2;

function plain(text: string, isPython = false): Escape {
  return { text, digits: 0, isPython };
}

const ESCAPES: ReadonlyMap<string, Escape> = new Map([
  ['"', plain('"')],
  ['\\', plain('\\')],
  ['/', plain('/')],
  ['b', plain('\b')],
  ['f', plain('\f')],
  ['n', plain('\n')],
  ['r', plain('\r')],
  ['t', plain('\t')],
  ['u', { text: '', digits: 4, isPython: false }],
  ["'", plain("'", true)],
  ['x', { text: '', digits: 2, isPython: true }],
  ['U', { text: '', digits: 8, isPython: true }],
]);

/** Null if there are too few digits, or none, or they name no character. Halves of surrogate pairs come one by one, as in JSON. */
function escapedText({ text, digits }: Escape, read: string): string | null {
  if (digits === 0) return text;
  const code = /^[0-9a-f]+$/i.test(read) && read.length === digits ? Number.parseInt(read, 16) : Number.NaN;
  if (!(code <= MAX_CODE_POINT)) return null;
  return digits === 4 ? String.fromCharCode(code) : String.fromCodePoint(code);
}

/** Reads the escape sequence that begins here. */
export async function readEscape(text: JsonText): Promise<string> {
  const { window } = text;
  await window.has(MARK_LENGTH);
  const found = ESCAPES.get(String.fromCharCode(window.bytes[window.at + 1] ?? 0));
  if (found === undefined || (found.isPython && !text.isPython)) text.expected('an escape sequence of JSON');
  const length = MARK_LENGTH + found.digits;
  await window.has(length);
  const read = escapedText(found, window.bytes.toString('latin1', window.at + MARK_LENGTH, window.at + length));
  if (read === null) text.expected(`${found.digits} hexadecimal digits in an escape sequence`);
  window.at += length;
  return read;
}
