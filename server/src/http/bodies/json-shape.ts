/** What a body of type JSON would become in memory: judged by its bytes, before any of it is made a value. */
import { ConveyanceError } from '../../core/errors.ts';
import { MAX_OBJECT_CONTAINERS, MAX_OBJECT_DEPTH, MAX_OBJECT_FIELDS } from '../../core/ports/intake.ts';

const QUOTE = 0x22;
const ESCAPE = 0x5c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** The first byte behind a string; that many bytes if it has no end. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === ESCAPE) at++;
    else if (byte === QUOTE) return at + 1;
  }
  return at;
}

/**
 * Counts lists, objects and fields. In UTF-8 no byte of a longer character equals one of those that are looked for. Each name of an object
 * costs a hundred bytes and the time to file it: 24 MB of names took 2.2 s and 300 MB.
 */
export function refuseSwollen(bytes: Uint8Array): void {
  let depth = 0;
  let containers = 0;
  let fields = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++];
    if (byte === QUOTE) at = stringEnd(bytes, at);
    else if (byte === COLON) fields++;
    else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) depth--;
    else if (byte === OPENING_BRACKET || byte === OPENING_BRACE) {
      depth++;
      containers++;
    } else continue;
    if (depth > MAX_OBJECT_DEPTH || containers > MAX_OBJECT_CONTAINERS || fields > MAX_OBJECT_FIELDS) {
      throw new ConveyanceError(
        'invalid_parameter',
        `request body must nest at most ${MAX_OBJECT_DEPTH} levels and hold at most ${MAX_OBJECT_CONTAINERS} lists and objects with ` +
          `${MAX_OBJECT_FIELDS} fields in all`,
      );
    }
  }
}
