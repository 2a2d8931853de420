/**
 * Characters that stand raw in the engine's JSON, as they may, and at which many readers break a line: Python's `splitlines`, and with it
 * several HTTP clients, would cut the row in pieces. Escaped they are the same value.
 */
const SEPARATORS: readonly { readonly raw: Buffer; readonly escaped: Buffer }[] = [0x2028, 0x2029, 0x85].map(
  (code) => ({
    raw: Buffer.from(String.fromCodePoint(code)),
    escaped: Buffer.from(`\\u${code.toString(16).padStart(4, '0')}`),
  }),
);
const LONGEST = Math.max(...SEPARATORS.map(({ raw }) => raw.length));

/** Every byte of UTF-8 that can begin one of them. */
const FIRST_BYTES = new Set(SEPARATORS.map(({ raw }) => raw[0]));

function replaceAll(text: Buffer, raw: Buffer, escaped: Buffer): Buffer {
  let at = text.indexOf(raw);
  if (at === -1) return text;
  const pieces: Buffer[] = [];
  let start = 0;
  for (; at !== -1; at = text.indexOf(raw, start)) {
    pieces.push(text.subarray(start, at), escaped);
    start = at + raw.length;
  }
  pieces.push(text.subarray(start));
  return Buffer.concat(pieces);
}

/** Where the last bytes begin that may be the first of a separator. */
function openEnd(text: Buffer): number {
  for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at++)
    if (FIRST_BYTES.has(text[at])) return at;
  return text.length;
}

/** JSON lines, with their separators escaped, in whichever pieces they come. */
export async function* escapeLineSeparators(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const text = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = openEnd(text);
    held = text.subarray(end);
    yield SEPARATORS.reduce((rest, { raw, escaped }) => replaceAll(rest, raw, escaped), text.subarray(0, end));
  }
  if (held.length > 0) yield held;
}
