/** Request bodies of type JSON: read exactly, in bounded memory. */
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A body of type JSON that could not be parsed, for verbs that say where the fault is; null otherwise. */
    unreadJson: Uint8Array | null;
  }
}

/** Far deeper than any of our requests. */
const MAX_DEPTH = 32;
/** An export request is one object with two lists. 24 MiB of empty objects would take some 450 MB of heap. */
const MAX_CONTAINERS = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counts brackets outside strings. In UTF-8 no byte of a longer character equals one of these. */
function refuseSwollen(bytes: Uint8Array): void {
  let depth = 0;
  let containers = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) {
      depth++;
      containers++;
      if (depth > MAX_DEPTH || containers > MAX_CONTAINERS) {
        throw new ConveyanceError(
          'invalid_parameter',
          `request body must nest at most ${MAX_DEPTH} levels and hold at most ${MAX_CONTAINERS} lists and objects`,
        );
      }
    } else if (CLOSING.has(byte)) depth--;
  }
}

/**
 * The value of a JSON body, or `undefined` for a body that is empty, not JSON, or not UTF-8 (`Buffer.toString` would turn bad bytes
 * into U+FFFD silently). Whatever reads the request refuses `undefined` like everything that is not an object, once the
 * caller's permission is known.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  refuseSwollen(bytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The framework's parser of bodies of type JSON. */
export async function readJsonBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  const value = parseJsonBody(bytes);
  if (value === undefined && bytes.length > 0) request.unreadJson = bytes;
  return value;
}
