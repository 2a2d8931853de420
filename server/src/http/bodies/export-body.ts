/** Bodies of requests for exports: their ids are read as they arrive, so that a body that is half there holds no text of 24 MB. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Deps } from '../../core/ports/deps.ts';
import { NotJson } from '../../core/ports/intake.ts';
import { charsetOf, firstBytes, refuseCharset, takenBy, wideEncodingOf } from './json-body.ts';
import { BODY_LENGTH_DIFFERS, BODY_TOO_LARGE, unsupportedType } from './refusals.ts';

type Reading = Pick<Deps, 'intake'>;

/** Of exactly the length that was announced, and within the limit of the call. */
async function* bytesOf(
  { headers, routeOptions }: FastifyRequest,
  body: Readable,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { bodyLimit } = routeOptions;
  const announced = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  if (announced !== null && announced > bodyLimit) throw BODY_TOO_LARGE;
  let bytes = 0;
  // By default leaving the loop would destroy the stream, and the rest of the body stand in the way of the next request.
  const chunks: AsyncIterable<Uint8Array> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bodyLimit) throw BODY_TOO_LARGE;
    yield chunk;
  }
  if (announced !== null && bytes !== announced) throw BODY_LENGTH_DIFFERS;
}

async function* joined(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  yield* rest;
}

/** As other bodies are read: `undefined` for one that is empty, not JSON, or no object. */
async function readBody({ intake }: Reading, request: FastifyRequest, body: Readable): Promise<unknown> {
  const foreign = () => unsupportedType(request.foreignType ?? undefined, takenBy(request));
  const hasOwnType = request.headers['content-type'] !== undefined;
  const bytes = bytesOf(request, body);
  const first = await bytes.next();
  if (first.done === true && !hasOwnType) throw foreign();
  if (first.done === true) return undefined;
  const wide = wideEncodingOf(first.value);
  if (wide !== null) refuseCharset(request, wide);
  const begins = firstBytes(first.value).trimStart()[0];
  if (!hasOwnType && begins !== '{' && begins !== '[') throw foreign();
  try {
    const { propertyIds, fields } = await intake.readExportBody(joined(first.value, bytes));
    return propertyIds === null ? fields : { ...fields, property_ids: propertyIds };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    if (!hasOwnType && begins === '{') throw foreign();
    if (error.isForeignText && charsetOf(request) !== null) refuseCharset(request, 'not UTF-8');
    return undefined;
  }
}

/** Has the bodies of the scope's routes read so, of every type but a form’s. */
export function readExportBodies(scope: FastifyInstance, deps: Reading): void {
  scope.removeAllContentTypeParsers();
  for (const type of ['application/json', '*']) {
    scope.addContentTypeParser(type, (request: FastifyRequest, body: Readable) => readBody(deps, request, body));
  }
}
