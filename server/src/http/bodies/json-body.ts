/** Request bodies of type JSON: read exactly, in bounded memory. */
import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { ConveyanceError } from '../../core/errors.ts';
import { refuseSwollen } from './json-shape.ts';
import { shownText, unsupportedType } from './refusals.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** A body of type JSON that could not be parsed, for verbs that say where the fault is; null otherwise. */
    unreadJson: Uint8Array | null;
    /** The type under which a body came that is no form, and is read if it is JSON; null for a body of type JSON. */
    foreignType: string | null;
  }
}

/** Enough to see how a body begins. */
const FIRST_BYTES = 256;

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

/** How a text in it begins: in JSON no character is NUL, so that zeros tell the width of a character. */
export function wideEncodingOf([first, second, third, fourth]: Uint8Array): string | null {
  const [a = 1, b = 1, c = 1, d = 1] = [first, second, third, fourth];
  const isMarked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  if ((a === 0 && b === 0) || (b === 0 && c === 0 && d === 0) || (isMarked && c === 0 && d === 0)) return 'UTF-32';
  return isMarked || a === 0 || b === 0 ? 'UTF-16' : null;
}

export function charsetOf({ headers }: FastifyRequest): string | null {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset) ? null : charset;
}

export function refuseCharset(request: FastifyRequest, encoding: string): never {
  const charset = charsetOf(request);
  const said = charset === null ? '' : ` (the Content-Type says charset=${charset})`;
  throw new ConveyanceError('unsupported_media_type', `The request body is ${encoding}${said}; send JSON as UTF-8`);
}

/** How a text begins, without a byte order mark. */
export function firstBytes(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, FIRST_BYTES));
}

/** The framework's parser of bodies of type JSON. */
export async function readJsonBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  const wide = wideEncodingOf(bytes);
  if (wide !== null) refuseCharset(request, wide);
  const value = parseJsonBody(bytes);
  if (value === undefined && charsetOf(request) !== null && !isUtf8(bytes)) refuseCharset(request, 'not UTF-8');
  if (value === undefined && bytes.length > 0) request.unreadJson = bytes;
  return value;
}

export const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;
const FORM_TYPE = /^\s*(?:multipart\/|application\/x-www-form-urlencoded)/i;

const WITH_BODY = ['POST', 'PUT', 'PATCH'];

export function takenBy(request: FastifyRequest): readonly string[] {
  return request.routeOptions.config.contentTypes ?? [];
}

/** A form’s type is a promise about the body. Every other type is written by habit, or by a library that has no better word. */
function isForeign(type: string, taken: readonly string[]): boolean {
  if (JSON_TYPE.test(type) || (taken.length > 0 && !taken.includes('application/json'))) return false;
  return !taken.some((each) => type.toLowerCase().trimStart().startsWith(each));
}

/**
 * Judges a body by its headers, before any of it is read. Throws `unsupported_media_type`.
 *
 * A type that only names something else than JSON is put aside: the framework would refuse what is no media type, such as `json`.
 */
export async function checkBodyHeaders(request: FastifyRequest): Promise<void> {
  const { headers, method } = request;
  const taken = takenBy(request);
  const readsItself = taken.length > 0 && !taken.includes('application/json');
  if (!WITH_BODY.includes(method) || readsItself) return;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new ConveyanceError(
      'unsupported_media_type',
      `The request body is compressed (Content-Encoding: ${shownText(encoding)}); send it without Content-Encoding`,
    );
  }
  const type = headers['content-type'];
  if (type === undefined || !isForeign(type, taken)) return;
  // An empty body has no type, whatever the library wrote.
  if (FORM_TYPE.test(type) && headers['content-length'] !== '0') throw unsupportedType(type, taken);
  request.foreignType = type;
  delete request.raw.headers['content-type'];
}

/** The framework's parser of bodies of no type, or of a foreign one: of what is JSON nothing else can be meant. */
export async function readForeignBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  const wide = wideEncodingOf(bytes);
  const isJson = /^\s*[{[]/.test(firstBytes(bytes));
  const value = wide === null && isJson ? parseJsonBody(bytes) : undefined;
  if (value !== undefined) return value;
  if (wide !== null) refuseCharset(request, wide);
  throw unsupportedType(request.foreignType ?? undefined, takenBy(request));
}
